import { z } from 'zod'
import { Address, Amount, Bytes32, DomainId } from './ids.ts'
import { JsonValue, wellFormed } from './json.ts'

/** The states of a task; words and meanings of A2A 1.0. */
export const taskStates = [
  'submitted',
  'working',
  'input-required',
  'completed',
  'failed',
  'canceled',
  'rejected',
] as const
export type TaskState = (typeof taskStates)[number]

/** Which tasks go first where agents are scarce, the foremost first. */
export const priorities = ['emergency', 'normal', 'low'] as const
export type Priority = (typeof priorities)[number]

export const endStates: ReadonlySet<TaskState> = new Set(['completed', 'failed', 'canceled', 'rejected'])

/** How often the rest of a plan may be replaced, and by what. */
export const ReplanPolicy = z.object({
  /** `model`: where no fallback of the template applies, a language model is asked. */
  by: z.enum(['template', 'model']),
  max: z.int().min(0).max(10),
})
export type ReplanPolicy = z.infer<typeof ReplanPolicy>

/** What is wanted, apart from its input: `specHash` in an order, and in a response plan, is its content hash. */
export const TaskSpec = z.object({
  goal: z
    .string()
    .min(1)
    .max(2000)
    .refine(...wellFormed),
  /** Content hash of the template; its text is an artifact. */
  template: Bytes32,
  /** What the template is given: `params` in its expressions. A spec without them has the hash that it always had. */
  parameters: z.record(z.string(), JsonValue).optional(),
  /** Content hash of the record of planning (an artifact), where a model made the template. */
  planning: Bytes32.optional(),
  policy: z.object({
    /** Whose signature answers an approval gate. */
    approvers: z.array(Address),
    /** What an unanswered approval means when its deadline passes. */
    onSilence: z.enum(['grant', 'deny']),
    /** Absent means normal, and emergency for a task that a response plan opened. Who may claim it: docs/FLOW-CONTROL.md. */
    priority: z.enum(priorities).optional(),
    /** In a transaction of its own, or in a batch with others; absent: as the consortium settles by default. */
    settlement: z.enum(['single', 'batch']).optional(),
    /** Absent: the fallbacks of the template, each once, and no model. */
    replan: ReplanPolicy.optional(),
  }),
})
export type TaskSpec = z.infer<typeof TaskSpec>

/** The requester's authority to spend a budget on a task (EIP-712 `TaskOrder`). Its digest is the task id. */
export const TaskOrder = z.object({
  requester: Address,
  domainId: Bytes32,
  specHash: Bytes32,
  inputHash: Bytes32,
  /** Content hash of the spec's `policy`. */
  policyHash: Bytes32,
  token: Address,
  budget: Amount,
  /** Seconds since 1970: the chain's unit. No later than what ECMAScript's clock can tell, in the year 275760. */
  deadline: z.int().positive().max(8_640_000_000_000),
  nonce: Amount,
})
export type TaskOrder = z.infer<typeof TaskOrder>

/** Why a task may spend: a signed order, or a response plan that a quorum of attestors opened on chain. */
export const Authority = z.discriminatedUnion('by', [
  z.object({ by: z.literal('order'), order: TaskOrder, signature: z.string() }),
  z.object({
    by: z.literal('response-plan'),
    planId: Bytes32,
    alertHash: Bytes32,
    specHash: Bytes32,
    contract: Address,
    txHash: Bytes32,
    blockNumber: z.int(),
  }),
])
export type Authority = z.infer<typeof Authority>

/** Reward pool and budget split as the consortium has set it; the same numbers for whoever recomputes. */
export const Terms = z.object({
  /** Share of the reward pool that goes to the treasury, in basis points. */
  feeBps: z.int().min(0).max(1000),
  /** Shares of an agent's stake taken for each fault, in basis points. */
  penaltyBps: z.object({
    noShow: z.int(),
    wrong: z.int(),
    unrevealed: z.int(),
    /** These three, and `deterrence`, are absent in older logs. */
    late: z.int().optional(),
    equivocation: z.int().optional(),
    collusion: z.int().optional(),
  }),
  /** How the consortium settles where an order says nothing; absent: each task in a transaction of its own. */
  settlement: z.literal('batch').optional(),
  /** Settlements say how each agent did; absent in older logs, where they did not. */
  rated: z.literal(true).optional(),
  /** What `leastStake` goes by; absent where any stake will do. */
  deterrence: z.object({ gainBps: z.int(), goldBps: z.int(), inLeagueBps: z.int() }).optional(),
})
export type Terms = z.infer<typeof Terms>

export const Requester = z.object({ address: Address, domainId: DomainId.nullable() })
export type Requester = z.infer<typeof Requester>
