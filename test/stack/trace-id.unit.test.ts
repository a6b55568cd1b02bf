import { expect, test } from 'vitest'
import { traceIdOf } from '../../stack/trace-id.ts'

const id = '4bf92f3577b34da6a3ce929d0e0e4736'

test('a trace goes on where one is given, as W3C writes it', () => {
  expect(traceIdOf(`00-${id}-00f067aa0ba902b7-01`)).toBe(id)
  expect(traceIdOf(`cc-${id}-00f067aa0ba902b7-01-what the future holds`)).toBe(id)
})

test.each([
  undefined,
  '',
  id,
  `ff-${id}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${id}-${'0'.repeat(16)}-01`,
  `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
])('%s begins a new one', traceparent => {
  const [one, two] = [traceIdOf(traceparent), traceIdOf(traceparent)]
  expect(one).toMatch(/^[0-9a-f]{32}$/)
  expect(one).not.toBe(two)
  expect(one).not.toBe(id)
})
