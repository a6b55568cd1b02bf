import { fileURLToPath } from 'node:url'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects, workConsumer } from '../../../protocol/subjects.ts'
import { type Child, startProcess } from '../../../stack/process.ts'
import { progress } from '../progress.ts'
import type { Figures, Level } from './levels.ts'
import { measureProgram } from './measure-program.ts'
import type { Sent } from './record-steps.ts'
import { type BareBus, withBus } from './with-bus.ts'

const system = 'A loop of the same messages, signed and checked'
const programOf = (name: string) => fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))

/** What the programs of the loop are told. */
export interface BareLoop {
  readonly agents: readonly { readonly agentId: string; readonly privateKey: Hex }[]
  /** Of each message. */
  readonly bytes: { readonly task: number; readonly work: number; readonly result: number }
}

const agents = ['1', '2'].map(agentId => ({ agentId, privateKey: `0x${agentId.repeat(64)}` as const }))

/**
 * What a subtask cannot do without, given how it is made: three processes and the bus, work that is stored until its answer is, an
 * answer that is signed and whose signer is recovered, an entry that follows the last of its task. Nothing is chosen, decided,
 * checked otherwise, paid for or proven, and the evidence is left out.
 */
export function measureBareLoop(levels: readonly Level[], sent: readonly Sent[][]): Promise<Figures[]> {
  const bytes = { task: meanOf(sent, 'task'), work: meanOf(sent, 'work'), result: meanOf(sent, 'result') }
  const args = [JSON.stringify({ agents, bytes } satisfies BareLoop)]
  return withBus(async ({ nc, ...ground }) => {
    progress(system)
    const started: Child<unknown>[] = []
    try {
      for (const { agentId } of agents) started.push(await startAgent(nc, ground, args, agentId))
      return await measureProgram(system, { ...ground, entry: programOf('bare-coordinator'), args }, levels)
    } finally {
      await Promise.all(started.map(agent => agent.stop()))
    }
  })
}

async function startAgent(nc: NatsConnection, ground: Omit<BareBus, 'nc'>, args: readonly string[], agentId: string) {
  const jsm = await jetstreamManager(nc)
  await jsm.consumers.add(streams.work, {
    durable_name: workConsumer(agentId),
    filter_subject: subjects.work(agentId),
    ack_policy: AckPolicy.Explicit,
  })
  const entry = programOf('bare-agent')
  return startProcess({ ...ground, name: `bare-agent-${agentId}`, entry, args: [...args, agentId] })
}

function meanOf(sent: readonly Sent[][], to: Sent['to']): number {
  const sizes = sent
    .flat()
    .filter(message => message.to === to)
    .map(({ bytes }) => bytes)
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / (sizes.length || 1))
}
