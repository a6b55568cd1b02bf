import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { openCarryOut } from '../../stack/carry-out.ts'
import { completeMessage, type NewIntent } from '../../stack/chain-intent.ts'
import { openLog } from '../../stack/log.ts'
import { mint, statesOf } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const log = openLog('test', { LOG_LEVEL: 'silent' })
const unheardMs = 500
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A gateway that soon says again what nobody has acted on, and a sender who only reads. */
async function begin() {
  const gateway: Gateway = await start({ patience: { unsettledMs: 60_000, unheardMs } })
  closing.push(() => gateway.stop())
  const sender = await openCarryOut({ nc: world().nc, log, tenant: 'consortium', outcomeMs: 30_000 })
  closing.push(() => sender.stop())
  return sender
}

const itself = (intent: NewIntent): NewIntent => ({ ...intent, completes: 'final' })

test.each(['single', 'batch'] as const)(
  'a message that completes as it is final waits for nobody, and its sender hears of it (%s)',
  async lane => {
    const { carryOut } = await begin()
    const intents = ['one', 'two', 'three'].map(name => itself({ ...mint(world(), `${lane} ${name}`), lane }))
    const finals = await Promise.all(intents.map(intent => carryOut(intent)))
    expect(finals.map(({ state }) => state)).toEqual(intents.map(() => 'FINAL'))
    await sleep(2 * unheardMs)
    for (const { messageId } of finals) {
      expect((await statesOf(world(), messageId)).slice(-3)).toEqual(['FINAL', 'NOTIFIED', 'COMPLETED'])
    }
  },
)

test('one that its sender is to act on is told again until he says so', async () => {
  const { carryOut } = await begin()
  const { messageId } = await carryOut(mint(world(), 'to be acted on'))
  const told = async () => (await statesOf(world(), messageId)).filter(state => state === 'NOTIFIED').length
  await expect.poll(told, { timeout: 10_000 }).toBeGreaterThan(1)
  await completeMessage(world().nc, messageId)
  expect((await statesOf(world(), messageId)).at(-1)).toBe('COMPLETED')
})
