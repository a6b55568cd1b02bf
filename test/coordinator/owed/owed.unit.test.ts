import { expect, it } from 'vitest'
import { Owed } from '../../../coordinator/owed/owed.ts'

it('goes up to what was last heard, but for what is not seen to', () => {
  const owed = new Owed(10)
  expect(owed.word()).toEqual({ upTo: 10, open: [] })
  owed.hear(12, true)
  owed.hear(15, false)
  owed.hear(16, true)
  owed.seenTo(16)
  expect(owed.word()).toEqual({ upTo: 16, open: [12] })
  owed.takeOver([3, 4])
  owed.seenTo(4)
  owed.seenTo(12)
  expect(owed.word()).toEqual({ upTo: 16, open: [3] })
})

it('ends before the first of its own that finds no room in it', () => {
  const owed = new Owed(0)
  for (let sequence = 1; sequence <= 60_000; sequence++) owed.hear(2 * sequence, true)
  owed.takeOver([1, 3])
  const { upTo, open } = owed.word()
  expect(open).toHaveLength(50_000)
  expect(open.slice(0, 3)).toEqual([1, 3, 2])
  expect(upTo).toBe(2 * 49_999 - 1)
  expect([owed.hasRoom(49_998), owed.hasRoom(49_999)]).toEqual([true, false])
})
