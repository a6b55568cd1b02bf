import { headerOf } from '../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger } from '../../coordinator/flow/batch/build-batch.ts'
import { settledTaskOf } from '../../coordinator/flow/batch/settled-task.ts'
import type { Command } from '../../coordinator/flow/command.ts'
import { decide } from '../../coordinator/flow/decide.ts'
import { evolve } from '../../coordinator/flow/evolve.ts'
import { partiesOf } from '../../coordinator/flow/prove.ts'
import { type Opened, OpenLines } from '../../coordinator/settlement/open-lines.ts'
import { withoutBigints } from '../../protocol/batch-json.ts'
import type { Json } from '../../protocol/canonical.ts'
import { type Bundle, leafHash, leafOf } from '../../protocol/evidence.ts'
import { sha256 } from '../../protocol/hash.ts'
import { randomScene } from '../coordinator/flow/batch/scene.ts'
import { seeded } from '../harness/seeded.ts'
import { assembleBundle } from './assemble-bundle.ts'
import { mineBlock } from './simulated-block.ts'
import { keepEvidence } from './simulated-bundle.ts'
import { simulated, smallResponse, walletOf } from './simulated-setting.ts'
import { simulateTask } from './simulated-task.ts'

const batches = walletOf('batches')
const id = 5n
const bond = 1_000n
const [postedAt, finalAt] = [101, 103]

/** The bundle of a task that was settled, among tasks of others, by a batch that is final. */
export async function simulateBatched(): Promise<Bundle> {
  const policy = { ...smallResponse.spec.policy, settlement: 'batch' as const }
  const byBatch = { ...smallResponse, spec: { ...smallResponse.spec, policy } }
  const { task: ended, events, template } = simulateTask('completed', simulated, byBatch)
  const { taskId } = ended
  let first = 0
  const entries = keepEvidence(simulated, ended, events).leaves.map(({ count, index }) => {
    const part = events.slice(first, first + count)
    const leaf = leafHash(leafOf(taskId, first, part))
    first += count
    return { events: part, leaf, index }
  })
  const settled = settledTaskOf(taskId, entries)
  const { settled: others, facts } = randomScene(seeded('batched'), 6)
  const ledger = buildLedger([...others, settled], facts.parent)
  const line = ledger.tasks.findIndex(({ evidence }) => evidence === settled.evidence)
  const data = sha256('the file with all lines')
  const header = headerOf(ledger, { parent: 4n, data, evidenceSize: 400n })

  let task = ended
  const act = (command: Command) => {
    for (const event of decide(task, command)) {
      task = evolve(task, event)
      events.push(event)
    }
  }
  const atMs = events.at(-1)!.atMs
  const batched = { batch: `${id}`, data, line, message: sha256('posting'), txHash: sha256('posted') }
  act({ type: 'recordBatch', atMs: atMs + 400, ...batched, blockNumber: postedAt })
  act({ type: 'recordSettlement', atMs: atMs + 900, txHash: sha256('final'), blockNumber: finalAt })

  const lines = new OpenLines(ledger)
  const { firstPayment, endPayment, firstPenalty, endPenalty } = ledger.tasks[line]!
  const log = (event: string, ...args: unknown[]) => ({ address: batches, contract: 'Batches' as const, event, args })
  const checkpointed = (size: number, root: string) => ({
    ...{ address: simulated.chain.evidenceLog, contract: 'EvidenceLog' as const },
    ...{ event: 'Checkpointed', args: [size, root] },
  })
  const { leaves, checkpoint } = keepEvidence(simulated, task, events)
  const earned = header.debits.reduce((sum, { amount }) => sum + amount, 0n) - header.fees
  const postedLog = log('BatchPosted', id, walletOf('settler'), bond, 86_400n, header)
  return assembleBundle({
    ...{ taskId, template, events, leaves, checkpoint, parties: partiesOf(events) },
    chain: { ...simulated.chain, batches },
    batch: {
      id: `${id}`,
      header: withoutBigints(header) as Json,
      task: opened(lines.task(line)),
      payments: numbers(firstPayment, endPayment).map(index => opened(lines.payment(index))),
      penalties: numbers(firstPenalty, endPenalty).map(index => opened(lines.penalty(index))),
      final: await mineBlock(finalAt, 5, { logs: [log('BatchFinalised', id, earned, header.fees, bond)] }),
    },
    anchors: {
      settlement: await mineBlock(postedAt, 3, { logs: [postedLog] }),
      checkpoint: await mineBlock(104, 17, { logs: [checkpointed(checkpoint.size, checkpoint.root)] }),
    },
  })
}

function opened<Line>({ line, index, path }: Opened<Line>) {
  return { line: withoutBigints(line) as Json, index: Number(index), path: [...path] }
}

function numbers(from: bigint, end: bigint): number[] {
  return Array.from({ length: Number(end - from) }, (_, place) => Number(from) + place)
}
