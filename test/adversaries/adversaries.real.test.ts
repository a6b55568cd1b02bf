import { expect, it } from 'vitest'
import { runAdversaries } from './run-adversaries.ts'

// Each rule that a batch can break, in turn, is broken by `npm run adversaries`; here the first few of them.
it('a tower condemns what is wrong by itself, and leaves alone what is right', async () => {
  const { signal } = new AbortController()
  const outcome = await runAdversaries({ seed: 'short', batches: 4 }, { onStep: () => {}, signal })
  expect(outcome.findings).toEqual([])
  expect(outcome).toMatchObject({ holds: true, right: 4, final: 4 })
  expect(outcome.kinds.map(({ condemned }) => condemned)).toEqual([1, 1, 1, 1])
})
