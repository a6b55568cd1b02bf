import { expect, it } from 'vitest'
import { type Found, worthCarrying } from '../../../gateway/relay/source.ts'

const found = (...kinds: Found['kind'][]) =>
  kinds.map((kind, blockNumber) => ({ kind, blockNumber }) as unknown as Found)
const blocksOf = (...kinds: Found['kind'][]) => worthCarrying(found(...kinds)).map(({ blockNumber }) => blockNumber)

it('carries every message, and of checkpoints the newest', () => {
  expect(blocksOf()).toEqual([])
  expect(blocksOf('message', 'checkpoint', 'message', 'checkpoint', 'message')).toEqual([0, 2, 3, 4])
})

it('carries the last step back, and a checkpoint only after it', () => {
  expect(blocksOf('checkpoint', 'resumption')).toEqual([1])
  expect(blocksOf('resumption', 'checkpoint', 'resumption', 'checkpoint', 'checkpoint')).toEqual([2, 4])
})
