import { partyOf } from '../../../protocol/authorize.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { cutText } from '../../../protocol/cut-text.ts'
import { signDocument, signerOf } from '../../../protocol/documents.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/hash.ts'
import {
  askedHash,
  isGivenKey,
  type KeyAnswer,
  type KeysAsked,
  type Receiver,
  type WantedKey,
  type WithholdingReason,
  wrapInfo,
} from '../../../protocol/key-release.ts'
import type { PolicySet } from '../../../protocol/policy.ts'
import { sealedClass } from '../../../protocol/sealed.ts'
import type { Directory } from '../../../registry/directory.ts'
import { authorizeByCedar } from '../../../registry/policy/cedar.ts'
import type { AgentIdentity } from '../identity.ts'
import type { ReleaseItem } from '../work-items.ts'
import { contentKeyOf } from './content-key.ts'
import { keptKey } from './kept-key.ts'
import type { Witness } from './witness.ts'
import { wrapKey } from './wrap.ts'

const maxReasonLength = 500

interface Withholding {
  readonly code: WithholdingReason
  readonly reason: string
}

/**
 * Answers a request for keys: wraps them to the receivers, or says why not. Whoever asks is not believed. The request must be
 * in the evidence log, the receivers on chain, and the flow let through by the policy set that the domains signed.
 */
export async function answerRelease(identity: AgentIdentity, witness: Witness, item: ReleaseItem): Promise<KeyAnswer> {
  const { taskId, asked } = item
  const { subtaskId, attempt } = asked
  const { agentId, domain, privateKey } = identity
  const placed = { taskId, subtaskId, attempt, agentId, askedHash: askedHash(asked) }
  const own = asked.wanted.filter(wanted => wanted.agentId === agentId)
  const keys = await Promise.all(own.map(wanted => keyTo(identity, wanted, item)))
  const why = keys.includes(null)
    ? { code: 'SEAL_FOREIGN' as const, reason: `not all that is asked of agent ${agentId} is its own, or of this task` }
    : await whyWithheld(identity, witness, item, placed.askedHash)
  if (why) {
    const refusal = { ...placed, code: why.code, reason: cutText(why.reason, maxReasonLength) }
    return { kind: 'withheld', refusal, signature: signDocument(domain, 'KeyRefusal', refusal, privateKey) }
  }
  const wraps = await Promise.all(
    own.flatMap(({ commitment }, place) =>
      asked.receivers.map(receiver => wrapFor(keys[place]!, placed, commitment, receiver)),
    ),
  )
  const release = { ...placed, wrapsHash: contentHash(wraps) }
  return { kind: 'release', release, wraps, signature: signDocument(domain, 'KeyRelease', release, privateKey) }
}

/** Null for a key that is not this agent's to release. */
async function keyTo(identity: AgentIdentity, wanted: WantedKey, item: ReleaseItem): Promise<Uint8Array | null> {
  if (isGivenKey(wanted)) return keptKey(identity, wanted, item)
  return contentKeyOf(identity, { ...wanted, taskId: item.taskId }, wanted.commitment)
}

async function wrapFor(
  contentKey: Uint8Array,
  placed: { taskId: Hex; subtaskId: string; attempt: number; agentId: string; askedHash: Hex },
  commitment: Hex,
  { agentId: receiver, publicKey }: Receiver,
) {
  const info = wrapInfo({ ...placed, receiver, commitment })
  return { receiver, commitment, ...(await wrapKey(contentKey, publicKey, info)) }
}

async function whyWithheld(
  identity: AgentIdentity,
  witness: Witness,
  { taskId, asked, leaf }: ReleaseItem,
  hash: Hex,
): Promise<Withholding | null> {
  if (!asked.wanted.some(({ agentId }) => agentId === identity.agentId)) {
    return { code: 'SEAL_FOREIGN', reason: `agent ${identity.agentId} is not among the makers` }
  }
  if (!(await witness.isLogged(leaf, taskId, asked.type, hash))) {
    return { code: 'RELEASE_UNFOUNDED', reason: `message ${leaf} does not name ${hash}` }
  }
  const directory = await witness.directory()
  return unproven(identity, directory, asked) ?? (await denied(identity, witness, directory, taskId, asked))
}

function unproven({ domain }: AgentIdentity, { agents }: Directory, { receivers }: KeysAsked): Withholding | null {
  for (const { agentId, domainId, wallet, publicKey, signature } of receivers) {
    const known = agents.get(agentId)
    if (!known?.active || known.domainId !== domainId || known.wallet !== wallet) {
      return { code: 'RECEIVER_UNPROVEN', reason: `agent ${agentId} of ${domainId} with wallet ${wallet}` }
    }
    if (signerOf(domain, 'SealingKey', { agentId, publicKey }, signature) !== wallet) {
      return { code: 'RECEIVER_UNPROVEN', reason: `key ${publicKey} is not by the wallet of agent ${agentId}` }
    }
  }
  return null
}

/** The question that coordinators put too, asked by whoever answers for the data. */
async function denied(
  { agentId, domain }: AgentIdentity,
  witness: Witness,
  { agents }: Directory,
  taskId: Hex,
  asked: KeysAsked,
): Promise<Withholding | null> {
  const set = await policyOrFault(witness)
  if (set === null) return null
  if (typeof set === 'string') return { code: 'RELEASE_DENIED', reason: set }
  const roles = rolesIn(set, asked, taskId, domain)
  for (const { domainId } of asked.receivers) {
    const { allowed, reasons } = authorizeByCedar(set, {
      action: 'flow',
      principal: partyOf(agents.get(agentId)?.domainId ?? null),
      resource: { type: 'Domain', id: domainId },
      context: {
        skill: { type: 'Skill', id: asked.skill },
        template: { type: 'Template', id: asked.template },
        class: { type: 'Class', id: sealedClass },
        masked: false,
        approvedBy: roles.map(id => ({ type: 'Role' as const, id })),
      },
    })
    if (!allowed)
      return { code: 'RELEASE_DENIED', reason: `${set.id}@${set.version}, to ${domainId}: ${reasons.join(', ')}` }
  }
  return null
}

/** A set that cannot be believed lets nothing through. */
async function policyOrFault(witness: Witness): Promise<PolicySet | string | null> {
  try {
    return await witness.policy()
  } catch (error) {
    if (error instanceof EntenteError && error.code.startsWith('POLICY_')) return `${error.code}: ${error.message}`
    throw error
  }
}

/** The roles in which somebody approved of this flow whom the set itself names for it. */
function rolesIn(
  set: PolicySet,
  { consents, subtaskId }: KeysAsked,
  taskId: Hex,
  domain: AgentIdentity['domain'],
): string[] {
  const given = consents.filter(({ role, approver, contentHash: hash, signedAtMs: atMs, signature }) => {
    const document = { taskId, subtaskId, contentHash: hash, granted: true, atMs }
    return set.roles[role]?.includes(approver) && signerOf(domain, 'Approval', document, signature) === approver
  })
  return [...new Set(given.map(({ role }) => role))].sort()
}
