import { ed25519 } from '@noble/curves/ed25519.js'
import { decide } from '../../coordinator/flow/decide.ts'
import { partiesOf } from '../../coordinator/flow/prove.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { cosign } from '../../protocol/cosignature.ts'
import { signDocument } from '../../protocol/documents.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type Anchor, type Bundle, type Checkpoint, leafHash, leafOf } from '../../protocol/evidence.ts'
import { fromHex, sha256, toHex } from '../../protocol/hash.ts'
import { MerkleTree } from '../../protocol/merkle.ts'
import { formatNote } from '../../protocol/note.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { policyDocument } from '../../protocol/signed-policy.ts'
import { checkpointText, keeperSignature, originOf } from '../../protocol/tree-head.ts'
import type { Witnessed } from '../../protocol/witness.ts'
import { assembleBundle } from './assemble-bundle.ts'
import { type EmittedLog, mineBlock } from './simulated-block.ts'
import { domainOf, keyOf, type Setting, simulated, walletOf } from './simulated-setting.ts'
import { type Course, type Simulated, simulateTask } from './simulated-task.ts'

const { chain } = simulated

/** What a dishonest log keeper writes instead, before it is kept, signed and anchored. */
export type Forgery = (events: TaskEvent[]) => TaskEvent[]

/** The bundle of a simulated task. With a forgery all leaves, paths, checkpoint and anchors fit the forged history. */
export async function simulateBundle(course: Course, forge: Forgery = events => events): Promise<Bundle> {
  const simulation = simulateTask(course)
  return bundleOf({ ...simulation, events: forge(simulation.events) })
}

/** The bundle of a task that ended: real signatures, rules, trees and proofs; only the chain is one of two blocks. */
export async function bundleOf({
  task,
  events,
  template,
  policies,
  replannings,
  judgings,
}: Simulated): Promise<Bundle> {
  const settlement = await settle(task, events)
  const { leaves, checkpoint } = keepEvidence(simulated, task, events)
  const { size, root } = checkpoint
  const log: EmittedLog = {
    address: chain.evidenceLog,
    contract: 'EvidenceLog',
    event: 'Checkpointed',
    args: [size, root],
  }
  return assembleBundle({
    taskId: task.taskId,
    chain,
    template,
    ...(policies && { policies, policySignatures: policies.map(signaturesOf) }),
    ...(replannings && { replannings }),
    ...(judgings?.length && { judgings }),
    parties: partiesOf(events),
    events,
    leaves,
    checkpoint,
    witnessed: witnessedBy(['health-two'], checkpoint),
    anchors: { settlement, checkpoint: await mineBlock(102, 17, { logs: [log] }) },
  })
}

/** A checkpoint as the witnesses of these domains cosign it. */
export function witnessedBy(domains: readonly string[], checkpoint: Checkpoint): Witnessed {
  const domain = domainOf(simulated)
  const origin = originOf(domain)
  const text = checkpointText({ origin, ...checkpoint })
  const witnesses = domains.map(domainId => {
    const name = `${domainId}.example/witness`
    const publicKey = toHex(ed25519.getPublicKey(fromHex(keyOf(name))))
    const signer = `admin of ${domainId}`
    const signature = signDocument(domain, 'Witness', { domainId, name, publicKey }, keyOf(signer))
    return { domainId, name, publicKey, signer: walletOf(signer), signature }
  })
  const cosignatures = witnesses.map(({ name }) => cosign(text, name, fromHex(keyOf(name)), 1_125_230_500))
  return { note: formatNote({ text, signatures: [keeperSignature(origin, checkpoint), ...cosignatures] }), witnesses }
}

function signaturesOf(set: PolicySet) {
  const signature = signDocument(domainOf(simulated), 'PolicySet', policyDocument(set), keyOf('admin of health-one'))
  return [{ domainId: 'health-one', signer: walletOf('admin of health-one'), signature }]
}

/** Settles the task in block 101, and records it in its history. */
async function settle(task: Task, events: TaskEvent[]): Promise<Anchor> {
  const blockNumber = 101
  const anchor = await mineBlock(blockNumber, 3, { logs: escrowLogs(task) })
  const atMs = events.at(-1)!.atMs + 400
  events.push(...decide(task, { type: 'recordSettlement', atMs, txHash: sha256('settling'), blockNumber }))
  return anchor
}

/** What the escrow logs, in its order. */
function escrowLogs({ taskId, settlement: computed }: Task): EmittedLog[] {
  const { settlement, settlementHash } = computed!
  const { payments, penalties, fee, refund } = settlementForChain(settlement, settlementHash)
  const log = (event: string, args: readonly unknown[]): EmittedLog => {
    return { address: chain.escrow, contract: 'Escrow', event, args: [taskId, ...args] }
  }
  const sum = (amounts: readonly { amount: string }[]) => amounts.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  return [
    ...payments.map(({ agentId, amount }) => log('AgentPaid', [agentId, amount])),
    ...penalties.map(({ agentId, amount, evidence }) => log('AgentPenalised', [agentId, amount, amount, evidence])),
    log('TaskSettled', [settlementHash, sum(payments), sum(penalties), fee, refund]),
  ]
}

/** The events in an evidence log that holds other tasks' too, and its signed checkpoint. */
export function keepEvidence(setting: Setting, { taskId }: Task, events: readonly TaskEvent[]) {
  const tree = new MerkleTree()
  const others = (count: number) => {
    for (let left = count; left > 0; left--) tree.append(sha256(`a leaf of another task, ${tree.size}`))
  }
  const entries = entriesOf(events)
  const indexes = entries.map(({ first, events }, at) => {
    others(at % 3)
    return tree.append(leafHash(leafOf(taskId, first, events)))
  })
  others(5)
  const document = { size: tree.size, root: tree.root() }
  const signature = signDocument(domainOf(setting), 'Checkpoint', document, keyOf('log keeper'))
  return {
    leaves: entries.map(({ events }, at) => {
      const index = indexes[at]!
      return { count: events.length, index, path: tree.inclusion(index) }
    }),
    checkpoint: { ...document, signer: walletOf('log keeper'), signature },
  }
}

/** What happened at one time is one entry of the task's log. */
function entriesOf(events: readonly TaskEvent[]) {
  const entries: { first: number; events: TaskEvent[] }[] = []
  for (const [first, event] of events.entries()) {
    const last = entries.at(-1)
    if (last?.events.at(-1)?.atMs === event.atMs) last.events.push(event)
    else entries.push({ first, events: [event] })
  }
  return entries
}
