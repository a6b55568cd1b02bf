import { jetstreamManager } from '@nats-io/jetstream'
import { afterEach, expect, test } from 'vitest'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { awaitOutcome, cancelMessage, completeMessage, type NewIntent } from '../../../stack/chain-intent.ts'
import { submitIntents } from '../../../stack/many-intents.ts'
import type { Child } from '../../../stack/process.ts'
import { holderOf, startGatewayProcess } from '../gateway-process.ts'
import { mint, recordsOf, statesOf, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world } = withGateway()
const patience = { timeoutMs: 30_000 }
const takeOverMs = 5_000
const running: Child<unknown>[] = []

afterEach(async () => {
  await world().rpc('evm_setIntervalMining', [1])
  for (const { pid } of running) process.kill(pid, 'SIGCONT')
  await Promise.all(running.splice(0).map(child => child.stop()))
})

async function startOne(): Promise<Child<unknown>> {
  const child = await startGatewayProcess(world(), { finalityBlocks: 0 })
  running.push(child)
  return child
}

const holder = () => holderOf(world(), world().governor)
const final = (ids: readonly Hex[]) => Promise.all(ids.map(id => awaitOutcome(world().nc, id, patience)))

async function submit(name: string, count: number, call: Partial<NewIntent> = {}): Promise<Hex[]> {
  const intents = Array.from({ length: count }, (_, index) => mint(world(), `${name} ${index}`))
  const together = intents.map(intent => ({ ...intent, ...call, lane: 'batch' as const }))
  const answers = await submitIntents(world().nc, 'consortium', together, patience)
  return answers.map(answer => {
    if (answer instanceof Error) throw answer
    return answer.messageId
  })
}

async function batchesOf(messageId: Hex): Promise<Hex[]> {
  return (await recordsOf(world(), messageId)).filter(({ state }) => state === 'BATCHED').map(({ batch }) => batch!)
}

/** The batch that a message goes with: one that came through the other door boards when its key's gateway has found it. */
async function batchOf(messageId: Hex): Promise<Hex> {
  await expect.poll(() => batchesOf(messageId), { timeout: 10_000 }).toHaveLength(1)
  return (await batchesOf(messageId))[0]!
}

/** A batch that is in the pool of a node that makes no blocks, and messages that are aboard of the next. */
async function waitBehindOne(name: string): Promise<{ under: Hex[]; waiting: Hex[]; next: Hex }> {
  await world().rpc('evm_setIntervalMining', [0])
  const under = await submit(`${name}, under way`, 2)
  const first = await batchOf(under[0]!)
  await expect.poll(() => statesOf(world(), first), { timeout: 10_000 }).toContain('POOLED')
  const waiting = await submit(`${name}, waiting`, 3)
  const next = await batchOf(waiting[0]!)
  expect(next).not.toBe(first)
  return { under, waiting, next }
}

test('a message that goes with others takes three entries of the log', async () => {
  await startOne()
  const ids = await submit('entries', 20)
  await final(ids)
  for (const messageId of ids) await completeMessage(world().nc, messageId)
  const jsm = await jetstreamManager(world().nc)
  const { state } = await jsm.streams.info(streams.chainTx, { subjects_filter: subjects.chainTx('*') })
  expect(ids.map(messageId => state.subjects![subjects.chainTx(messageId)])).toEqual(ids.map(() => 3))
})

test('a gateway that stood still while its batch waited finds that another has let it go', async () => {
  const before = await supply(world())
  const first = await startOne()
  const writer = await holder()
  await startOne()
  const { under, waiting, next } = await waitBehindOne('stood still')
  process.kill(first.pid, 'SIGSTOP')
  await expect.poll(holder, { timeout: takeOverMs }).not.toBe(writer)
  await world().rpc('anvil_mine', [])
  // Both are about to number it.
  process.kill(first.pid, 'SIGCONT')
  await world().rpc('evm_setIntervalMining', [1])
  const after = await submit('stood still, after', 3)
  await final([...under, ...waiting, ...after])
  expect(await supply(world())).toBe(before + 8n)
  const numbered = (await recordsOf(world(), next)).filter(({ state }) => state === 'NONCED')
  expect(numbered).toHaveLength(1)
  expect(numbered[0]!.carries).toEqual(expect.arrayContaining(waiting))
})

test('one that waits is taken back through a gateway that does not number for its key, and the others go', async () => {
  const before = await supply(world())
  const first = await startOne()
  await startOne()
  const { under, waiting, next } = await waitBehindOne('taken back')
  process.kill(first.pid, 'SIGSTOP')
  const taken = { tenant: 'consortium', messageId: waiting[1]!, reason: 'a mistake' }
  expect((await cancelMessage(world().nc, taken, patience)).state).toBe('CANCELLED')
  process.kill(first.pid, 'SIGCONT')
  await world().rpc('evm_setIntervalMining', [1])
  await final([...under, waiting[0]!, waiting[2]!])
  expect(await supply(world())).toBe(before + 4n)
  expect(await statesOf(world(), next)).toEqual(['RECEIVED', 'ADMITTED', 'DEAD'])
  const [boarded, instead] = await batchesOf(waiting[0]!)
  expect([boarded, instead]).toEqual([next, expect.stringMatching(/^0x/)])
})

test('what finds no room in the batch that it boarded goes with the next', async () => {
  const gas = { ENTENTE_BATCH_GAS: '1000000' }
  running.push(await startGatewayProcess(world(), { finalityBlocks: 0, env: gas }))
  const before = await supply(world())
  // So little is taken to be usual by then that too many board.
  const cheap = { contract: 'ContractRegistry', call: 'deploymentBlock', args: [] }
  await final(await submit('cheap', 6, cheap))
  const ids = await submit('dear', 24)
  await final(ids)
  expect(await supply(world())).toBe(before + 24n)
  const boarded = await Promise.all(ids.map(batchesOf))
  expect(Math.max(...boarded.map(({ length }) => length))).toBeGreaterThan(1)
  const states = await Promise.all(ids.map(id => statesOf(world(), id)))
  // Only the last one, with none left to go with, may have gone alone.
  expect(states.filter(each => each.includes('NONCED')).length).toBeLessThan(2)
})
