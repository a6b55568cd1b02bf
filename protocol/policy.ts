import { z } from 'zod'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { Address, Bytes32, DomainId } from './ids.ts'
import { onceFor } from './once-for.ts'

/** How far data may go, from anywhere to hardly anywhere; what each means for whom is for a policy set to say. */
export const dataClasses = ['public', 'internal', 'personal', 'restricted'] as const
export const DataClass = z.enum(dataClasses)
export type DataClass = z.infer<typeof DataClass>

/** The approvers that a task's own order names, as a role. */
export const taskApprovers = 'approvers'

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name: a-z, 0-9 and -, at most 63 characters')
const Skill = z.string().regex(/^[a-z][a-z0-9-]{0,62}@\d+$/, 'a skill: its name, @, and the major version')

/** Fields below one another, as `birth.certificateNo`; lists are looked through. Empty means all of it. */
const FieldPath = z
  .string()
  .regex(/^([A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*)?$/, 'fields below one another, as birth.certificateNo')

const Classified = z.array(z.strictObject({ at: FieldPath.default(''), class: DataClass })).min(1)

/** Rules of a consortium on who may ask whom for what, and where which data may go: one version of one document. */
export const PolicySet = z.strictObject({
  format: z.literal('entente.policy/1'),
  id: Name,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version: three numbers, as 1.0.0'),
  title: z.string().default(''),
  /** What nothing below classifies. */
  otherwise: DataClass.default('internal'),
  /** Which class the data have: of a task's input, by the name of its template; of what a skill gives. */
  data: z
    .strictObject({
      inputs: z.record(Name, Classified).default({}),
      /** What stands here takes the place of what a skill was given: it is how an output gets a lower class than its input. */
      outputs: z.record(Skill, Classified).default({}),
    })
    .default({ inputs: {}, outputs: {} }),
  /** Who may approve of a flow where a policy asks for it, beside `approvers`: those that the task's order names. */
  roles: z.record(Name, z.array(Address).min(1)).default({}),
  /** How long an approval of a flow is waited for. */
  approvalMs: z.int().min(100).default(600_000),
  /** The domains that policies may speak of; absent means any. */
  domains: z.array(DomainId).min(1).optional(),
  /** Cedar (https://www.cedarpolicy.com), each with `@id`, and `@reason` for people. */
  policies: z.string().min(1),
})
export type PolicySet = z.infer<typeof PolicySet>

/** Which policy set decided. */
export const PolicyReference = z.object({ id: z.string(), version: z.string(), hash: Bytes32 })
export type PolicyReference = z.infer<typeof PolicyReference>

export function referenceTo(set: PolicySet): PolicyReference {
  return { id: set.id, version: set.version, hash: policyHash(set) }
}

/** The content hash of a set, defaults filled in. */
export const policyHash = onceFor((set: PolicySet): Hex => contentHash(set))

/** Some of the data that a subtask is given: where it comes from, whose it is, and its class. */
export const DataItem = z.object({
  /** `input`, `params`, or `outputs.<id>`. */
  from: z.string(),
  at: z.string(),
  /** The domain whose data it is; null for those of a response plan. */
  owner: DomainId.nullable(),
  class: DataClass,
})
export type DataItem = z.infer<typeof DataItem>

/** What a policy set says of one domain that could be given a subtask. */
export const FlowVerdict = z.object({
  domainId: DomainId,
  permit: z.boolean(),
  /** Places in `data` of what must be masked. */
  masks: z.array(z.int().min(0)),
  /** Roles of whom each must approve. */
  approval: z.array(z.string()),
  reasons: z.array(z.string()),
})
export type FlowVerdict = z.infer<typeof FlowVerdict>
