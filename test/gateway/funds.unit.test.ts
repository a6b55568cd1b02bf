import { expect, test } from 'vitest'
import type { Block } from '../../gateway/block.ts'
import { createFunds, Unfunded } from '../../gateway/funds.ts'
import type { Life } from '../../gateway/life.ts'
import { holdMessage } from '../../gateway/message.ts'
import type { Rpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'

const [one, another] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`] as const

/** Each key has a hundred, on a chain that stands still. */
function fundsOfHundred() {
  const block = {} as Block
  const rpc = (async () => '0x64') as Rpc
  return createFunds({ rpc, head: { latest: () => block } as Parameters<typeof createFunds>[0]['head'] })
}

const message = (messageId: Hex) => holdMessage({ messageId } as Life, 1, 0)
const [first, second, third] = [message('0x01'), message('0x02'), message('0x03')]

test('what a message may cost is set aside where it goes from, also after it has moved to another key', async () => {
  const funds = fundsOfHundred()
  await funds.setAside(first, one, 80n)
  await funds.setAside(first, one, 80n)
  await expect(funds.setAside(second, one, 80n)).rejects.toThrow(Unfunded)
  await funds.setAside(first, another, 80n)
  await funds.setAside(second, one, 80n)
  await expect(funds.setAside(third, another, 80n)).rejects.toThrow(Unfunded)
  first.settled.resolve()
  await first.settled.promise
  await funds.setAside(third, another, 80n)
})
