import { jetstream } from '@nats-io/jetstream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type ChainEntry, type ChainIntent, messageIdOf, toldAgain } from '../../protocol/chain-message.ts'
import { sha256 } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { clerk } from './clerk.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()

/** As a gateway has it of which nobody said that its outcome was acted on. */
async function tellAgain(key: Pick<ChainIntent, 'tenant' | 'operation' | 'businessId'>) {
  const js = jetstream(office.consortium.nc)
  const messageId = messageIdOf(key)
  const call = { contract: 'Escrow', call: 'settle', args: [], value: '0', prove: false }
  const intent: ChainIntent = { ...key, from: 'relayer', ...call }
  const where = { txHash: sha256('transaction'), blockNumber: 7 }
  const atMs = Date.now()
  const entries: ChainEntry[] = [
    { messageId, steps: [{ state: 'RECEIVED', atMs, intent }] },
    {
      messageId,
      steps: [
        { state: 'FINAL', atMs, ...where },
        { state: 'NOTIFIED', atMs },
      ],
    },
    { messageId, steps: [{ state: 'NOTIFIED', atMs, ...where, cause: toldAgain }] },
  ]
  for (const entry of entries) await js.publish(subjects.chainTx(messageId), JSON.stringify(entry))
  return messageId
}

it('that an outcome was acted on is said for a coordinator that died, where the log has what came of it', async () => {
  const { nc } = office.consortium
  const said: string[] = []
  const take = (text: string) => {
    for (const [, messageId] of text.matchAll(/"messageId":"(0x[0-9a-f]+)"/g)) said.push(messageId!)
  }
  for (const subject of [subjects.chainDone, subjects.chainDoneMany]) {
    const gateway = nc.subscribe(subject, {
      callback(_, message) {
        take(message.string())
        message.respond(JSON.stringify({ ok: true, value: {} }))
      },
    })
    onTestFinished(() => gateway.unsubscribe())
  }
  await office.employ(clerk('told'), 'weather')
  const { taskId, until } = await office.open([{ id: 'one', skill: 'told@1' }])
  await until('SettlementComputed')
  const others = await tellAgain({ tenant: 'tower', operation: 'checkpoint', businessId: '4' })
  const unsettled = await tellAgain({ tenant: 'coordinator', operation: 'settle', businessId: taskId })
  const checkpoint = await tellAgain({ tenant: 'coordinator', operation: 'checkpoint', businessId: '4' })
  const funded = await tellAgain({ tenant: 'coordinator', operation: 'reserve', businessId: taskId })
  await vi.waitFor(() => expect(said).toEqual(expect.arrayContaining([checkpoint, funded])), 10_000)
  expect(said).not.toContain(others)
  expect(said).not.toContain(unsettled)
})
