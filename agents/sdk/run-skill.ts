import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import type { Skill, SkillContext } from './define.ts'
import { Retryable } from './define.ts'
import { explainMismatch } from './explain-mismatch.ts'

/** What became of one execution: `dropped` when its deadline passed or it was cancelled, and no answer is wanted. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly output: Json
      readonly outputHash: Hex
      readonly startedAtMs: number
      readonly finishedAtMs: number
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly retry: boolean }
  | { readonly kind: 'dropped' }

export interface Order {
  readonly skill: string
  readonly input: Json
  readonly inputHash: Hex
}

/**
 * Runs the skill that is asked for and checks what goes in and what comes out. Never throws: whatever goes wrong is an
 * outcome, `Retryable` one that another try may mend.
 *
 * @param maxOutputBytes of canonical JSON: what fits one message
 */
export async function runSkill(
  skills: readonly Skill[],
  order: Order,
  ctx: SkillContext,
  maxOutputBytes: number,
): Promise<Outcome> {
  const startedAtMs = Date.now()
  try {
    const skill = findSkill(skills, order.skill)
    if (!skill) return final(`this agent does not offer ${order.skill}`)
    if (contentHash(order.input) !== order.inputHash) return final('the input does not have the hash that was assigned')
    const input = skill.input.safeParse(order.input)
    if (!input.success) return final(`the input is not what ${skill.name} takes: ${explainMismatch(input.error)}`)
    const returned = await Promise.race([skill.run(input.data, ctx), aborted(ctx.signal)])
    if (ctx.signal.aborted) return { kind: 'dropped' }
    return finished(skill, returned, startedAtMs, maxOutputBytes)
  } catch (error) {
    if (ctx.signal.aborted) return { kind: 'dropped' }
    const reason = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', reason, retry: error instanceof Retryable }
  }
}

/** `name@major` names a skill whatever its minor version. */
function findSkill(skills: readonly Skill[], reference: string): Skill | undefined {
  return skills.find(({ name, version }) => `${name}@${version.split('.')[0]}` === reference)
}

/** The output as JSON carries it: what is hashed is what is sent. */
function finished(skill: Skill, returned: unknown, startedAtMs: number, maxOutputBytes: number): Outcome {
  const output = skill.output.safeParse(returned)
  if (!output.success) return final(`the output is not what ${skill.name} promises: ${explainMismatch(output.error)}`)
  const text = canonicalJson(output.data)
  const bytes = Buffer.byteLength(text)
  if (bytes > maxOutputBytes) return final(`the output has ${bytes} bytes, the bus carries ${maxOutputBytes}`)
  return {
    kind: 'done',
    output: JSON.parse(text) as Json,
    outputHash: sha256(text),
    startedAtMs,
    finishedAtMs: Date.now(),
  }
}

/** A skill that does not heed its signal is left behind; its answer would come too late. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function final(reason: string): Outcome {
  return { kind: 'failed', reason, retry: false }
}
