import { Transaction } from 'ethers'
import { describe, expect, test } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import type { Hex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { mint, recordsOf, supply } from './token.ts'
import { withTriesHeard } from './with-tries-heard.ts'

const patience = { timeoutMs: 20_000 }
const { world, tried, forget } = withTriesHeard()

async function carry(intent: NewIntent) {
  forget()
  const { messageId } = await submitIntent(world().nc, intent, patience)
  await awaitOutcome(world().nc, messageId, patience).catch(() => {})
  const records = await recordsOf(world(), messageId)
  const raw = records.find(({ state }) => state === 'SIGNED')?.raw
  return { last: records.at(-1)!, limit: raw === undefined ? null : Transaction.from(raw).gasLimit }
}

/** Many grants at once: one that is there already needs a fraction of what a new one does. */
const grant = (businessId: string, accounts: readonly Hex[]): NewIntent => ({
  ...mint(world(), businessId),
  contract: 'AccessManager',
  call: 'multicall',
  args: [accounts.map(account => encodeCall(ABIS.AccessManager, 'grantRole', [77n, account, 0]))],
})
const account = (number: number): Hex => `0x${number.toString(16).padStart(40, '0')}`

describe('a call whose kind was asked about before', () => {
  test('is run once, with room for what it may need more', async () => {
    const before = await supply(world())
    const first = await carry(mint(world(), 'first'))
    expect(tried()).toEqual(['eth_estimateGas'])
    const second = await carry(mint(world(), 'second', 2n))
    expect(tried()).toEqual(['eth_call'])
    expect(second.limit).toBeGreaterThan(first.limit!)
    expect(await supply(world())).toBe(before + 3n)
  })

  test('is asked about again when that is not enough', async () => {
    const few = await carry(
      grant(
        'few',
        Array.from({ length: 8 }, () => account(1_000)),
      ),
    )
    expect(few.last.state).toBe('NOTIFIED')
    const many = await carry(
      grant(
        'many',
        Array.from({ length: 8 }, (_, index) => account(2_000 + index)),
      ),
    )
    expect(tried()).toEqual(['eth_call', 'eth_estimateGas'])
    expect(many.last.state).toBe('NOTIFIED')
    expect(many.limit).toBeGreaterThan(few.limit! + 150_000n)
    // From then on that much is tried at once.
    await carry(
      grant(
        'many more',
        Array.from({ length: 8 }, (_, index) => account(3_000 + index)),
      ),
    )
    expect(tried()).toEqual(['eth_call'])
  })

  test('is refused with the reason that the contract gives', async () => {
    const suspend = (businessId: string): NewIntent => ({
      ...mint(world(), businessId),
      contract: 'Domains',
      call: 'suspend',
      args: [domainToBytes32('nobody')],
    })
    const revert = { state: 'REJECTED', revert: { name: expect.stringMatching(/^Domains/) } }
    expect((await carry(suspend('never asked'))).last).toMatchObject(revert)
    await carry(mint(world(), 'known'))
    const unfit: NewIntent = { ...mint(world(), 'unfit'), args: [account(0), '1'] }
    expect((await carry(unfit)).last).toMatchObject({ state: 'REJECTED', revert: { name: expect.any(String) } })
    expect(tried().slice(0, 2)).toEqual(['eth_call', 'eth_estimateGas'])
  })
})
