import type { z } from 'zod'
import type { Resources } from '../../protocol/capacity.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Refusal } from '../../protocol/refusal.ts'

/** What a run of a skill is given beside its input. */
export interface SkillContext {
  /** Aborted when the assignment's deadline passes or the task is cancelled. */
  readonly signal: AbortSignal
  readonly taskId: Hex
  readonly subtaskId: string
  /** 1 for the first try of a subtask. */
  readonly attempt: number
  /**
   * The same for every delivery and every attempt of one subtask, whichever agent it goes to: give it to whatever must
   * take effect once.
   */
  readonly idempotencyKey: string
  /** Tells whoever follows the task how far the work is; lossy, in order. */
  progress(text: string): void
}

/** One function that an agent offers. `price` is in the smallest unit of the consortium's token. */
export interface Skill<I = unknown, O = unknown> {
  readonly name: string
  /** Semantic version; a plan asks for `name@major`. */
  readonly version: string
  readonly description: string
  readonly input: z.ZodType<I>
  readonly output: z.ZodType<O>
  readonly price: bigint
  run(input: I, ctx: SkillContext): Promise<O> | O
}

/** What an agent is made of: its name and skills become its card, and what `run` and `attests` do its work. */
export interface AgentDefinition {
  readonly name: string
  readonly description: string
  // biome-ignore lint/suspicious/noExplicitAny: skills of unlike inputs; each was checked where it was defined
  readonly skills: readonly Skill<any, any>[]
  /** Executions at a time, 4 unless named; it is on the card, and coordinators give the agent no more. */
  readonly concurrency?: number
  /** What it can commit to work, in all; the agent signs this when it joins, and whenever `restate` is called. */
  readonly capacity?: Resources
  /** Judges a bulletin and says what this agent would attest on chain, or null to attest nothing. */
  readonly attests?: (bulletin: unknown) => AlertFacts | null
  /** Told when the coordinator refused an answer: it came too late, say, and will never be paid. */
  readonly refused?: (refusal: SignedRefusal) => void
}

/** Why an answer does not count, over its signer's signature (EIP-712 `Refusal`): something to show in a dispute. */
export interface SignedRefusal extends Refusal {
  readonly signer: Address
  readonly signature: Hex
}

/** The facts of an alert as an attestation carries them; ordinals as in CAP 1.2, 0 for Unknown. */
export interface AlertFacts {
  /** Short ASCII kind, at most 31 characters: `hurricane`, `tsunami`. */
  readonly eventKind: string
  readonly severity: 0 | 1 | 2 | 3 | 4
  readonly urgency: 0 | 1 | 2 | 3 | 4
  readonly certainty: 0 | 1 | 2 | 3 | 4
  /** Short ASCII area code (`US`), or empty when unknown. */
  readonly area: string
}

/** A failure that another try, or another agent, may mend. Whatever else a skill throws is final. */
export class Retryable extends Error {
  override readonly name = 'Retryable'
}

/** Checks nothing at run time: it lets the compiler infer input and output from the schemas. */
export function skill<I, O>(definition: Skill<I, O>): Skill<I, O> {
  return definition
}

/** The same for an agent; a module that exports one by default can be run by `main.ts`. */
export function agent(definition: AgentDefinition): AgentDefinition {
  return definition
}
