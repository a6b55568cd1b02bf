import { setTimeout as sleep } from 'node:timers/promises'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { JsonValue } from '../../protocol/json.ts'
import { readPolicySet } from '../../registry/policy/in-force.ts'
import { getArtifact, putArtifact } from '../../stack/artifacts.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { bundleText, partiesOf } from '../flow/prove.ts'
import type { World } from './context.ts'
import { batchPart } from './prove-batch.ts'
import { settleKey } from './settle.ts'
import { unrefused } from './unrefused.ts'

/** Said of the artifact itself; whatever else goes wrong says nothing of it, and passes. */
const noTemplate: ReadonlySet<ErrorCode> = new Set(['ARTIFACT_MISSING', 'ARTIFACT_CORRUPT'])

/** The tree follows the evidence stream; a leaf that was stored is in it after this many looks, or something is wrong. */
const looks = 1_000
const lookMs = 10

/** Anchors the task's evidence, puts everything into one file, and records where it is. */
export async function prove(world: World, taskId: Hex): Promise<void> {
  const { tasks, keeper, handle, nc, chain } = world
  const { task } = await tasks.read(taskId)
  if (task.proven) return
  const entries = await tasks.entries(taskId)
  const events = entries.flatMap(entry => entry.events)
  await untilKept(world, taskId, events.length)
  const { checkpoint, txHash, blockNumber, anchor, witnessed, complete } = await keeper.anchor()
  const { batch } = task
  const settled = batch ? batch.message : await settledBy(world, taskId)
  const anchors = {
    settlement: task.settled ? await world.proofs.of(settled) : null,
    checkpoint: anchor,
  }
  const parts = {
    taskId,
    chain: {
      chainId: chain.chainId,
      contractRegistry: chain.contractRegistry,
      escrow: chain.contracts.Escrow!,
      evidenceLog: chain.contracts.EvidenceLog!,
      ...(batch ? { batches: chain.contracts.Batches! } : {}),
    },
    template: await jsonOf(world, task.submitted!.spec.template),
    ...(task.plan?.uses ? { uses: await Promise.all(task.plan.uses.map(({ hash }) => jsonOf(world, hash))) } : {}),
    ...(task.plan && task.submitted!.spec.planning
      ? { planning: await jsonOf(world, task.submitted!.spec.planning) }
      : {}),
    ...(await recordsOf(world, 'replannings', replanningsIn(events))),
    ...(await recordsOf(world, 'judgings', judgingsIn(events))),
    ...(await policiesOf(world, events)),
    parties: partiesOf(events),
    leaves: entries.map(({ first, events }) => ({
      count: events.length,
      ...keeper.place(taskId, first, checkpoint.size),
    })),
    checkpoint,
    ...(witnessed && { witnessed }),
    ...(batch ? { batch: await batchPart(world, batch) } : {}),
    anchors,
  }
  const text = bundleText(
    parts,
    entries.flatMap(entry => tasks.inWriting(entry)),
  )
  const hash = await putArtifact(nc, Buffer.from(text))
  const { size, root } = checkpoint
  const proof = { size, root, txHash, blockNumber, bundle: hash }
  await handle(taskId, () => ({ type: 'recordProof', atMs: Date.now(), ...proof }))
  // Several tasks may share a checkpoint: it is done when the first has been.
  await complete()
}

/** Most are settled by the first message, of which the proof is at hand. */
async function settledBy({ jsm, proofs }: World, taskId: Hex): Promise<Hex> {
  const first = settleKey(taskId)
  return messageIdOf(proofs.has(messageIdOf(first)) ? first : await unrefused(jsm, first))
}

/** The policy sets that decided, and who signed each, in the order in which the events name them; left out where there is none. */
async function policiesOf({ nc }: World, events: readonly TaskEvent[]) {
  const hashes = new Set(events.flatMap(event => ('policy' in event ? (event.policy.hash ?? []) : [])))
  if (hashes.size === 0) return {}
  const signed = await Promise.all([...hashes].map(hash => readPolicySet(nc, hash)))
  return { policies: signed.map(({ set }) => set), policySignatures: signed.map(({ signatures }) => signatures) }
}

/** How a model replaced the rest of the plan, each time. */
function replanningsIn(events: readonly TaskEvent[]): Hex[] {
  return events.flatMap(event => (event.type === 'TaskReplanned' && 'planning' in event.by ? [event.by.planning] : []))
}

/** How a model judged, each time. */
function judgingsIn(events: readonly TaskEvent[]): Hex[] {
  return events.flatMap(event => (event.type === 'JudgeAnswered' ? [event.judging] : []))
}

/** Left out where there are none. */
async function recordsOf<K extends 'replannings' | 'judgings'>(
  world: World,
  name: K,
  hashes: readonly Hex[],
): Promise<{ [name in K]?: Json[] }> {
  if (hashes.length === 0) return {}
  return { [name]: await Promise.all(hashes.map(hash => jsonOf(world, hash))) } as { [name in K]: Json[] }
}

async function untilKept({ keeper }: World, taskId: Hex, length: number): Promise<void> {
  for (let look = 0; look < looks; look++) {
    if (keeper.has(taskId, length)) return
    await sleep(lookMs)
  }
  throw new Error(`the evidence of task ${taskId} is not all in the log yet`)
}

/** A template, or record, as its author wrote it; null when it is none, which is why the task was rejected. */
async function jsonOf({ nc }: World, hash: Hex): Promise<Json> {
  const bytes = await getArtifact(nc, hash).catch((error: unknown) => {
    if (error instanceof EntenteError && noTemplate.has(error.code)) return new Uint8Array()
    throw error
  })
  const value = parseJson(JsonValue, bytes)
  return value !== null && contentHash(value) === hash ? value : null
}
