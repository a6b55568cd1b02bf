import { hexlify, sha256, toUtf8Bytes } from 'ethers'
import type { Hex } from '../bindings.ts'
import { reserve, settlementOf } from './measure-money.ts'
import { CREDIT, foundDomain, type Scene, type SceneDomain } from './scene.ts'
import { sign } from './sign.ts'

const TASKS = 8
const TAG = 'forecast-threat@1'

export async function measureFeedback(scene: Scene): Promise<void> {
  const { gas } = scene
  const domain = await foundDomain(scene, 'survey-office', 3)
  await scene.act(domain.admin, 'Escrow', 'deposit', [domain.admin.address as Hex, 1_000n * CREDIT])
  const rate = async (tasks: readonly SettledTask[]) => scene.act(scene.governor, 'TaskFeedback', 'rate', [tasks])
  const first = await rate([await settledTask(scene, domain, 1n)])
  gas['write the ratings of a task of 3 agents, each rated for the first time'] = first
  gas['write the ratings of a task of 3 agents'] = await rate([await settledTask(scene, domain, 2n)])
  const tasks: SettledTask[] = []
  for (let nonce = 3; nonce < 3 + TASKS; nonce++) tasks.push(await settledTask(scene, domain, BigInt(nonce)))
  gas['write a rating, among 24 of 8 tasks'] = Math.ceil((await rate(tasks)) / (3 * TASKS))
}

type SettledTask = Awaited<ReturnType<typeof settledTask>>

/** A task that is settled, with what its document says of its agents. */
async function settledTask(scene: Scene, domain: SceneDomain, nonce: bigint) {
  const { agents } = domain
  const { taskId } = await reserve(scene, domain, nonce)
  const items = agents.map(({ agentId }) => `{"agentId":"${agentId}","score":100,"tag":"${TAG}"}`)
  const paid = agents.map(({ agentId }) => `{"agentId":"${agentId}","amount":"30000000"}`).join()
  const rest = `"refund":"8000000","taskId":"${taskId}"`
  const head = `{"budget":"100000000","contribution":"${taskId}","fee":"2000000","payments":[${paid}],"penalties":[]`
  const text = `${head},"ratings":[${items.join()}],${rest}}`
  const document = hexlify(toUtf8Bytes(text)) as Hex
  const settlement = settlementOf(taskId, agents, [], sha256(document) as Hex)
  const signature = await sign(scene.addresses, scene.settler, 'Settlement', settlement)
  await scene.act(scene.governor, 'Escrow', 'settle', [settlement, signature])
  const ratings = agents.map(({ agentId }, index) => ({
    ...{ agentId, score: 100, tag: TAG, place: BigInt(text.indexOf(items[index]!)) },
  }))
  return { settlement, said: { document, ratings } }
}
