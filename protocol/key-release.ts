import { z } from 'zod'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { Address, AgentId, Amount, Attempt, Bytes32, DomainId, Millis, Signature, SubtaskId, TaskId } from './ids.ts'
import { GivenSeal } from './sealed.ts'
import type { SigningDomain } from './typed-data.ts'

/** To which key an agent wants content keys wrapped (X25519), by its wallet's signature (EIP-712 `SealingKey`). */
export const SealingKey = z.object({ publicKey: Bytes32, signature: Signature })
export type SealingKey = z.infer<typeof SealingKey>

/** An agent that is given work with sealed values in it. */
const Receiver = SealingKey.extend({ agentId: AgentId, domainId: DomainId, wallet: Address })
export type Receiver = z.infer<typeof Receiver>

/** A sealed value in the input of an attempt, and who made it. */
const MadeKey = z.object({
  subtaskId: SubtaskId,
  attempt: Attempt,
  agentId: AgentId,
  domainId: DomainId,
  /** Its maker's stake, as it stood when the work was given to it. */
  stake: Amount,
  at: z.string(),
  commitment: Bytes32,
})

/** A sealed value that was given to the task, with all that its keeper needs to release its key, and not the ciphertext. */
const GivenKey = GivenSeal.pick({
  agentId: true,
  by: true,
  to: true,
  at: true,
  commitment: true,
  keyHash: true,
  enc: true,
  wrapped: true,
}).extend({
  /** Its keeper's. */
  domainId: DomainId,
})
export type GivenKey = z.infer<typeof GivenKey>

const WantedKey = z.union([MadeKey, GivenKey])
export type WantedKey = z.infer<typeof WantedKey>

export function isGivenKey(wanted: WantedKey): wanted is GivenKey {
  return 'wrapped' in wanted
}

/** An agent to which keys of what was given are wrapped, as the directory had it then. */
export const Keeper = z.object({ agentId: AgentId, domainId: DomainId, wallet: Address })
export type Keeper = z.infer<typeof Keeper>

/** An approval of the flow to these receivers, by one who may (EIP-712 `Approval`). */
const FlowConsent = z.object({
  role: z.string(),
  contentHash: Bytes32,
  approver: Address,
  signedAtMs: Millis,
  signature: Signature,
})
export type FlowConsent = z.infer<typeof FlowConsent>

/** The makers of sealed values are asked for their keys. Says all that they need to decide, and nothing of any payload. */
export const KeysAsked = z.object({
  type: z.literal('KeysAsked'),
  atMs: Millis,
  subtaskId: SubtaskId,
  attempt: Attempt,
  skill: z.string(),
  template: z.string(),
  /** Until when a release counts: so much is left for the work itself. */
  deadlineMs: Millis,
  wanted: z.array(WantedKey).min(1),
  receivers: z.array(Receiver),
  consents: z.array(FlowConsent),
})
export type KeysAsked = z.infer<typeof KeysAsked>

/** One content key for one receiver: HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, AES-256-GCM. Base64. */
const Wrap = z.object({ receiver: AgentId, commitment: Bytes32, enc: z.base64(), wrapped: z.base64() })
export type Wrap = z.infer<typeof Wrap>

const placed = { taskId: TaskId, subtaskId: SubtaskId, attempt: Attempt, agentId: AgentId, askedHash: Bytes32 }

/** Why a key is kept back. */
export const withholdingReasons = {
  RELEASE_UNFOUNDED: 'the evidence log does not have this request',
  RELEASE_DENIED: 'the policy set in force does not let this value go there',
  RECEIVER_UNPROVEN: 'the chain does not show this receiver, or its key is not by its wallet',
  SEAL_FOREIGN: 'this agent did not seal it, nor keeps its key, or does for another task',
} as const
export type WithholdingReason = keyof typeof withholdingReasons

/** What the maker of sealed values answers: the keys, or why not. Signed by its wallet. */
export const KeyAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('release'),
    /** EIP-712 `KeyRelease`. */
    release: z.object({ ...placed, wrapsHash: Bytes32 }),
    wraps: z.array(Wrap),
    signature: Signature,
  }),
  z.object({
    kind: z.literal('withheld'),
    /** EIP-712 `KeyRefusal`. */
    refusal: z.object({
      ...placed,
      code: z.enum(Object.keys(withholdingReasons) as [WithholdingReason, ...WithholdingReason[]]),
      reason: z.string().max(500),
    }),
    signature: Signature,
  }),
])
export type KeyAnswer = z.infer<typeof KeyAnswer>

export function keyPlaceOf(answer: KeyAnswer) {
  return answer.kind === 'release' ? answer.release : answer.refusal
}

/** What a request for keys is called in the answers to it: its hash in the evidence log. */
export function askedHash(asked: KeysAsked): Hex {
  return contentHash(asked)
}

/** What a wrap is bound to: it opens for this attempt and receiver, and nowhere else (`info` of RFC 9180). */
export function wrapInfo(place: {
  readonly askedHash: Hex
  readonly taskId: Hex
  readonly subtaskId: string
  readonly attempt: number
  readonly agentId: string
  readonly receiver: string
  readonly commitment: Hex
}): Hex {
  const { askedHash, taskId, subtaskId, attempt, agentId, receiver, commitment } = place
  return contentHash(['entente.wrap/1', askedHash, taskId, subtaskId, attempt, agentId, receiver, commitment])
}

/** What the wrap of a content key to its keeper is bound to: it opens for what was given by this party to this task alone. */
export function keepInfo(
  { agentId, by, to, at, commitment }: Pick<GivenKey, 'agentId' | 'by' | 'to' | 'at' | 'commitment'>,
  { chainId, verifyingContract }: SigningDomain,
): Hex {
  return contentHash(['entente.keep/1', chainId, verifyingContract, agentId, by, to, at, commitment])
}
