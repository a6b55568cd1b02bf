import { expect, test } from 'vitest'
import { runSoak } from './run-soak.ts'

const { signal } = new AbortController()
const options = { seed: 3, messages: 400, inFlight: 64, everyMs: 500, unheardPercent: 0, signers: 1, together: false }

test('what goes wrong with node, funds and gateways leaves every message with one effect, and nothing open', async () => {
  const { checks, holds } = await runSoak(options, { onStep: () => {}, signal })
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(holds).toBe(true)
})

test('and so it is with three keys that share the messages, which go together where they keep to no order', async () => {
  const { checks, holds } = await runSoak({ ...options, signers: 3, together: true }, { onStep: () => {}, signal })
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(holds).toBe(true)
})
