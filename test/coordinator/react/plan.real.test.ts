import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, it } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import { cardOf } from '../../../agents/sdk/card.ts'
import type { Task } from '../../../coordinator/flow/state.ts'
import type { World } from '../../../coordinator/react/context.ts'
import { planOrRefusal } from '../../../coordinator/react/plan.ts'
import { cardUri } from '../../../protocol/agent-card.ts'
import { canonicalJson, contentHash, type Json } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { emptyDirectory, foldCard, foldDirectory } from '../../../registry/directory.ts'
import { putArtifact } from '../../../stack/artifacts.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'
import { addressNumber, chainFacts } from '../../registry/chain-facts.ts'
import { newTaskId } from '../log/with-log.ts'

const { connect } = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await connect('plan')
  await ensureStreams(nc, { replicas: 1 })
})

/** A coordinator that has heard of nobody, and what it has not heard yet. */
function unheardOf(hear: boolean): World {
  const directory = emptyDirectory()
  const facts = chainFacts()
  const card = cardOf(echo)
  const late = [
    facts.admitted('weather', addressNumber(1)),
    ...facts.registered('0', addressNumber(2), cardUri(contentHash(card))),
    facts.walletSet('0', addressNumber(3)),
    facts.enrolled('weather', '0'),
  ]
  const upToNow = async () => {
    if (!hear) return
    for (const event of late) foldDirectory(directory, event)
    foldCard(directory, card)
  }
  return { nc, directory: { current: () => directory, upToNow } } as unknown as World
}

async function taskOf(subtasks: Json[]): Promise<Task> {
  const template = { name: 'test', version: '1.0.0', title: 'A test', subtasks }
  await putArtifact(nc, Buffer.from(canonicalJson(template)))
  const spec = { goal: 'a test', template: contentHash(template), policy: {} }
  const terms = { feeBps: 0 }
  const submitted = { spec, input: { text: 'hello' }, budget: '1000000000', terms, deadlineMs: Date.now() + 600_000 }
  return { taskId: newTaskId() satisfies Hex, submitted } as unknown as Task
}

const echoes = [{ id: 'one', skill: 'echo@1', input: 'input', deadlineMs: 10_000 }]

it('nobody is rejected for an agent of whom this coordinator has not heard yet', async () => {
  expect(await planOrRefusal(unheardOf(true), await taskOf(echoes))).toMatchObject({ type: 'plan' })
})

it('a skill that nobody offers is a reason to reject, also when all there is was heard', async () => {
  const refused = { type: 'reject', code: 'SKILL_UNKNOWN' }
  expect(await planOrRefusal(unheardOf(false), await taskOf(echoes))).toMatchObject(refused)
  const unknown = [{ ...echoes[0]!, skill: 'unheard-of@1' }]
  expect(await planOrRefusal(unheardOf(true), await taskOf(unknown))).toMatchObject(refused)
})
