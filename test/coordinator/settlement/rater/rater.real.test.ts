import { fileURLToPath } from 'node:url'
import { Contract, JsonRpcProvider } from 'ethers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ABIS } from '../../../../contracts/abis.ts'
import { callContract } from '../../../../contracts/call-contract.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import { rateCall } from '../../../../coordinator/settlement/rater/calls.ts'
import { verifyBundle } from '../../../../evidence/verify.ts'
import { apiKeysFile, createApiKey } from '../../../../operator/api-keys.ts'
import { withoutBigints } from '../../../../protocol/batch-json.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { ChainEntry } from '../../../../protocol/chain-message.ts'
import { EntenteError } from '../../../../protocol/errors.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import { RaterFigures } from '../../../../protocol/rater-figures.ts'
import { streams, subjects } from '../../../../protocol/subjects.ts'
import { perform } from '../../../../registry/perform.ts'
import { followTask } from '../../../../scenarios/consortium/follow-task.ts'
import { depositFor, orderTask, submit } from '../../../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../../../scenarios/consortium/start-consortium.ts'
import { getArtifact } from '../../../../stack/artifacts.ts'
import { ask } from '../../../../stack/ask.ts'
import { readConfig } from '../../../../stack/config.ts'
import { followStream, type StreamReader } from '../../../../stack/follow-stream.ts'
import { openLog } from '../../../../stack/log.ts'
import { scratchDir } from '../../../harness/scratch-dir.ts'

const counter = fileURLToPath(new URL('../../programs/counter.ts', import.meta.url))
const log = openLog('test', { LOG_LEVEL: 'silent' })
const config = readConfig({
  ...{ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn', ENTENTE_SETTLEMENT: 'batch', ENTENTE_SETTLE_TASKS: '2' },
  ...{ ENTENTE_RATINGS: 'chain', ENTENTE_RATE_COUNT: '4', ENTENTE_RATE_SECONDS: '600' },
})
const stake = 100_000_000n
const daySeconds = 86_400
const standard = [
  'function getSummary(uint256,address[],string,string) view returns (uint64,int128,uint8)',
  'function readAllFeedback(uint256,address[],string,string,bool) view returns (address[],uint64[],int128[],uint8[],string[],string[],bool[])',
]
const dir = scratchDir('rater')
let consortium: Consortium
let provider: JsonRpcProvider
let apiKey: string
let messages: StreamReader
/** Of the rater, by message: the states that it went through. */
const ofRater = new Map<Hex, string[]>()
let onRating = () => {}

beforeAll(async () => {
  const cast = [
    { domainId: 'office', name: 'Office', agents: [{ module: counter, stake }] },
    { domainId: 'one', name: 'One', agents: [{ module: counter, stake }] },
    { domainId: 'liar', name: 'Liar', agents: [{ module: counter, stake, fault: 'lie' as const }] },
  ]
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  apiKey = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'operator', 'test')
  await depositFor(consortium, 'office', 100_000_000n)
  provider = new JsonRpcProvider(consortium.stack.urls.chain, undefined, { staticNetwork: true, cacheTimeout: -1 })
  messages = followStream(consortium.nc, {
    ...{ stream: streams.chainTx, subject: subjects.chainTx('*'), log },
    take({ data }) {
      const { messageId, steps } = ChainEntry.parse(JSON.parse(Buffer.from(data).toString('utf8')))
      const isRaters = steps.some(({ intent }) => intent?.tenant === 'rater')
      if (!isRaters && !ofRater.has(messageId)) return
      ofRater.set(messageId, [...(ofRater.get(messageId) ?? []), ...steps.map(({ state }) => state)])
      if (isRaters) onRating()
    },
  })
}, 90_000)
afterAll(async () => {
  await messages?.stop()
  provider?.destroy()
  await consortium?.stop()
})

/** Orders that a word is counted by all three, of whom one lies; `seen` when an event of that type is in its log. */
async function order(word: string, { quorum = 2, settlement = 'single' as 'single' | 'batch' } = {}) {
  const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 3, quorum, attempts: 1, deadlineMs: 20_000 }]
  const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }
  const what = { domainId: 'office', goal: 'count', template, input: { word }, budget: 9_000_000n, durationS: 864_000 }
  const taskId = await submit(consortium, await orderTask(consortium, { ...what, settlement }))
  const batched = Promise.withResolvers<void>()
  const onEvent = ({ type }: TaskEvent) => type === 'TaskBatched' && batched.resolve()
  const following = followTask(consortium.nc, taskId, { log, onEvent })
  return { taskId, batched: batched.promise, ended: following.ended.finally(() => following.stop()) }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 100))
}

async function figures(): Promise<RaterFigures> {
  const patience = { timeoutMs: 5_000, silence: 'NOT_FOUND' } as const
  return RaterFigures.parse(await ask(consortium.nc, subjects.raterFigures, null, patience))
}

const agentOf = (domainId: string) => consortium.agents.find(agent => agent.domainId === domainId)!.agentId

/** As anybody reads it, who knows ERC-8004 and nothing of ours. */
async function readRegistry(agentId: string) {
  const { ReputationRegistry, TaskFeedback } = consortium.chain.contracts
  const registry = new Contract(ReputationRegistry!, standard, provider)
  const [count, value, decimals] = await registry.getFunction('getSummary')(agentId, [TaskFeedback], 'task', '')
  const all = await registry.getFunction('readAllFeedback')(agentId, [], '', '', true)
  return {
    summary: { count: Number(count), value: Number(value), decimals: Number(decimals) },
    clients: [...new Set([...all[0]].map(client => client.toLowerCase()))],
    values: [...all[2]].map(Number),
    tags: [...new Set([...all[5]])],
  }
}

/** With the chain, which has the ratings; and not with another score than the chain has. */
async function expectVerified({ proven }: Task): Promise<void> {
  const bundle = JSON.parse(Buffer.from(await getArtifact(consortium.nc, proven!.bundle)).toString('utf8'))
  const rpcUrl = consortium.stack.urls.chain
  expect((await verifyBundle(bundle, { rpcUrl })).findings).toEqual([])
  const at = bundle.events.findIndex(({ event }: { event: TaskEvent }) => event.type === 'SettlementComputed')
  bundle.events[at].event.settlement.ratings[0].score = 1
  const { findings } = await verifyBundle(bundle, { rpcUrl })
  const where = `/events/${at}/event/settlement/ratings/0/score`
  expect(findings).toContainEqual({ where, what: 'the chain has 100, the bundle 1' })
}

/** As the operator's API shows an agent. */
async function reputationOf(agentId: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${apiKey}` }
  const answer = await fetch(`${consortium.operatorUrl}/v1/agents/${agentId}`, { headers })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { reputation: unknown }).reputation
}

it('what settled tasks say of their agents is in the registry once, though the rater dies on the way', {
  timeout: 180_000,
}, async () => {
  const { nc, members, accounts, chain } = consortium
  const [honest, liar, own] = [agentOf('one'), agentOf('liar'), agentOf('office')]
  const rater = members.find(({ role }) => role === 'rater')!
  const killed = new Promise<void>(resolve => {
    onRating = () => {
      onRating = () => {}
      process.kill(rater.pid, 'SIGKILL')
      resolve()
    }
  })

  const alone = await Promise.all(['alone', 'alike'].map(word => order(word)))
  const failing = await order('split', { quorum: 3 })
  const direct = await Promise.all(alone.map(({ ended }) => ended))
  const failed = await failing.ended
  expect(failed).toMatchObject({ state: 'failed', settled: true })
  await killed
  const sent = [...ofRater.keys()]
  await rater.restart()
  await until(async () => (await figures()).holdsLease && (await figures()).rated === 4)
  expect([...ofRater.keys()]).toEqual(sent)
  expect(await figures()).toEqual({ holdsLease: true, rated: 4, shutOut: 0, waiting: 0, waitingSinceMs: null })

  const together = await Promise.all(['batch', 'other'].map(word => order(word, { settlement: 'batch' })))
  await Promise.all(together.map(({ batched }) => batched))
  await provider.send('evm_increaseTime', [daySeconds + 60])
  await provider.send('evm_mine', [])
  const batched = await Promise.all(together.map(({ ended }) => ended))
  expect(batched.map(({ batch }) => batch?.batch)).toEqual(['1', '1'])
  await until(async () => (await figures()).rated === 8)
  await until(async () => [...ofRater.values()].every(states => states.at(-1) === 'COMPLETED'))
  expect([...ofRater.values()].flat().filter(state => state === 'FINAL')).toHaveLength(2)

  const clients = [chain.contracts.TaskFeedback!.toLowerCase()]
  const tags = ['count-letters@1']
  expect(await readRegistry(honest)).toEqual({
    ...{ summary: { count: 4, value: 100, decimals: 0 }, values: [100, 100, 100, 100], clients, tags },
  })
  expect(await readRegistry(liar)).toEqual({
    ...{ summary: { count: 4, value: 0, decimals: 0 }, values: [0, 0, 0, 0], clients, tags },
  })
  await until(async () => JSON.stringify(await reputationOf(liar)) === '{"ratings":4,"score":0}')
  expect([await reputationOf(honest), await reputationOf(own)]).toEqual([{ ratings: 4, score: 100 }, null])
  // A domain says nothing of its own agents.
  expect(await readRegistry(own)).toMatchObject({ summary: { count: 0 }, values: [] })
  const feedback = chain.contracts.TaskFeedback!
  const isRated = (taskId: Hex, agentId: string) =>
    callContract(provider, feedback, ABIS.TaskFeedback, 'isRated', [taskId, BigInt(agentId)])
  for (const { taskId } of [...direct, ...batched]) expect(await isRated(taskId, liar)).toBe(true)
  expect(await isRated(failed.taskId, liar)).toBe(false)
  for (const task of [direct[0]!, batched[0]!]) await expectVerified(task)

  const { taskId, settlement: computed } = direct[0]!
  const { settlement, settlementHash } = computed!
  const praised = { ...settlement, ratings: [{ agentId: liar, score: 100, tag: tags[0]! }] }
  const unrated = { taskId, settlement, evidence: settlementHash, settledAtMs: 0, batched: null }
  const right = rateCall([{ ...unrated, agentIds: new Set([liar]) }])
  const [shown] = right.args as [[{ said: { ratings: { score: number }[] } }]]
  const forgeries = {
    TaskFeedbackDocumentForeign: rateCall([{ ...unrated, settlement: praised, agentIds: new Set([liar]) }]),
    TaskFeedbackNotSaid: {
      ...right,
      args: [[{ ...shown[0], said: { ...shown[0].said, ratings: [{ ...shown[0].said.ratings[0]!, score: 100 }] } }]],
    },
    TaskFeedbackNotSettledSo: rateCall([
      { ...unrated, evidence: failed.settlement!.settlementHash, agentIds: new Set() },
    ]),
  }
  for (const [refusal, { contract, call, args }] of Object.entries(forgeries)) {
    const json = withoutBigints(args) as Json[]
    const step = { operation: 'forge', businessId: refusal, from: accounts.governor.address, contract, call }
    const error = await perform(nc, { ...step, args: json }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(EntenteError)
    expect(error).toMatchObject({ code: 'CHAIN_REVERTED', message: expect.stringContaining(refusal) })
  }
  expect(await readRegistry(liar)).toMatchObject({ summary: { count: 4, value: 0 } })
})
