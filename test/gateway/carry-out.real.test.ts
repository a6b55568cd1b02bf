import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { type CarryOut, openCarryOut } from '../../stack/carry-out.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { openLog } from '../../stack/log.ts'
import { mint, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const log = openLog('test', { LOG_LEVEL: 'silent' })
const patience = { timeoutMs: 20_000 }
const tenant = 'consortium'
let gateway: Gateway

const open = (outcomeMs = 20_000) => openCarryOut({ nc: world().nc, log, tenant, outcomeMs })
const refused = (businessId: string): NewIntent => ({
  ...mint(world(), businessId),
  contract: 'Domains',
  call: 'suspend',
  args: [domainToBytes32('nobody')],
})

beforeAll(async () => {
  gateway = await start()
})
afterAll(() => gateway.stop())

describe('of many intents that are carried out at a time', () => {
  let carryOut: CarryOut
  let stop: () => Promise<void>
  beforeAll(async () => {
    const opened = await open()
    carryOut = opened.carryOut
    stop = opened.stop
  })
  afterAll(() => stop())

  test('each has its outcome, and they are handed over together', async () => {
    const before = await supply(world())
    const requests: string[] = []
    const heard = world().nc.subscribe(subjects.chainSubmitMany(tenant), {
      callback: (_, { data }) => void requests.push(Buffer.from(data).toString()),
    })
    const intents = Array.from({ length: 40 }, (_, index) => mint(world(), `together ${index}`))
    const outcomes = await Promise.all(intents.map(intent => carryOut(intent)))
    heard.unsubscribe()
    expect(outcomes.map(({ messageId }) => messageId)).toEqual(intents.map(messageIdOf))
    expect(outcomes.every(({ state, txHash }) => state === 'FINAL' && txHash)).toBe(true)
    expect(await supply(world())).toBe(before + 40n)
    expect(requests).toHaveLength(1)
    expect(JSON.parse(requests[0]!)).toHaveLength(40)
  })

  test('each is refused by itself, by the gateway or by the contract, and takes no other along', async () => {
    const before = await supply(world())
    const all = [
      mint(world(), 'good'),
      { ...mint(world(), 'no such call'), call: 'brew' },
      refused('refused'),
      { ...mint(world(), 'too large'), args: ['x'.repeat(9 * 1024 * 1024)] },
      mint(world(), 'good too'),
    ]
    const ends = await Promise.allSettled(all.map(intent => carryOut(intent)))
    const codes = ends.map(end => (end.status === 'fulfilled' ? end.value.state : end.reason.code))
    expect(codes).toEqual(['FINAL', 'COMMAND_INVALID', 'CHAIN_REVERTED', 'PAYLOAD_TOO_LARGE', 'FINAL'])
    expect(await supply(world())).toBe(before + 2n)
  })

  test('two that are the same have one effect and one outcome, and so has one that is carried out again later', async () => {
    const before = await supply(world())
    const intent = mint(world(), 'twice')
    const [first, second] = await Promise.all([carryOut(intent), carryOut(intent)])
    expect(second).toEqual(first)
    expect(await carryOut(intent)).toEqual(first)
    expect(await supply(world())).toBe(before + 1n)
  })

  test('each is handed over in its turn, and its outcome keeps no other from its turn', async () => {
    const turns: string[] = []
    const inTurn = async <T>(hand: () => Promise<T>): Promise<T> => {
      turns.push('begins')
      return hand().finally(() => turns.push('ends'))
    }
    const carried = carryOut(mint(world(), 'in its turn'), inTurn).then(() => turns.push('has its outcome'))
    await carried
    expect(turns).toEqual(['begins', 'ends', 'has its outcome'])
  })
})

test('one that somebody else sent, before anybody listened here, has its outcome here too', async () => {
  const intent = mint(world(), 'of before')
  await withoutBlocks(async () => {
    await submitIntent(world().nc, intent, patience)
    const { carryOut, stop } = await open()
    const carried = carryOut(intent)
    await world().rpc('evm_setIntervalMining', [1])
    expect(await carried).toEqual(await awaitOutcome(world().nc, messageIdOf(intent), patience))
    await stop()
  })
})

test('an outcome that was not heard is read', async () => {
  const { carryOut, stop } = await open()
  await stop()
  expect(await carryOut(mint(world(), 'not heard'))).toMatchObject({ state: 'FINAL' })
})

test('an outcome is not waited for for ever, and the message goes on', async () => {
  const { carryOut, stop } = await open(500)
  const intent = mint(world(), 'slow')
  await withoutBlocks(async () => {
    await expect(carryOut(intent)).rejects.toMatchObject({ code: 'CHAIN_SLOW', retry: true })
    expect(await statesOf(world(), messageIdOf(intent))).not.toContain('FINAL')
  })
  await awaitOutcome(world().nc, messageIdOf(intent), patience)
  expect(await carryOut(intent)).toMatchObject({ state: 'FINAL' })
  await stop()
})

async function withoutBlocks(work: () => Promise<void>): Promise<void> {
  await world().rpc('evm_setIntervalMining', [0])
  await work().finally(() => world().rpc('evm_setIntervalMining', [1]))
}
