import { expect, test } from 'vitest'
import { statusOf } from '../../operator/status.ts'
import { listErrors } from '../../protocol/errors.ts'

test('every catalogued error has a status of a failure', () => {
  for (const { code } of listErrors()) expect([4, 5]).toContain(Math.floor(statusOf(code) / 100))
})

test('what passes by itself is never blamed on the request', () => {
  const blamed = listErrors().filter(({ code, retry }) => retry && [400, 403, 422].includes(statusOf(code)))
  expect(blamed).toEqual([])
})
