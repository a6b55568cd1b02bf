import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { isJson } from '../../protocol/json.ts'
import { sealsIn } from '../../protocol/sealed.ts'
import type { Skill, SkillContext } from './define.ts'
import { Retryable } from './define.ts'
import { explainMismatch } from './explain-mismatch.ts'
import type { ExecuteItem } from './work-items.ts'

/** What became of one execution: `dropped` when its deadline passed or it was cancelled, and no answer is wanted. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly output: Json
      readonly outputHash: Hex
      readonly startedAtMs: number
      readonly finishedAtMs: number
    }
  | {
      readonly kind: 'failed'
      readonly reason: string
      readonly retry: boolean
      /** What the skill said, where the reason keeps it back. */
      readonly words?: string
    }
  | { readonly kind: 'dropped' }

/** How what is sealed is opened before a skill runs, and what is to be sealed afterwards. */
export interface Sealing {
  /** @throws EntenteError SEAL_KEY_WRONG, SEAL_BROKEN, RELEASE_REPLAYED */
  open(item: ExecuteItem): Promise<Json>
  /** The very same output where nothing is to be sealed. */
  seal(skill: Skill, item: ExecuteItem, output: Json): Json
}

/**
 * Runs the skill that is asked for and checks what goes in and what comes out. Never throws: whatever goes wrong is an
 * outcome, `Retryable` one that another try may mend. What was sealed for the skill is not repeated in it.
 *
 * @param maxOutputBytes of canonical JSON: what fits one message
 */
export async function runSkill(
  skills: readonly Skill[],
  order: ExecuteItem,
  ctx: SkillContext,
  sealing: Sealing,
  maxOutputBytes: number,
): Promise<Outcome> {
  const startedAtMs = Date.now()
  try {
    const skill = findSkill(skills, order.skill)
    if (!skill) return final(`this agent does not offer ${order.skill}`)
    if (contentHash(order.input) !== order.inputHash) return final('the input does not have the hash that was assigned')
    const input = skill.input.safeParse(await sealing.open(order))
    if (!input.success) {
      return discreet(order, final(`the input is not what ${skill.name} takes: ${explainMismatch(input.error)}`))
    }
    const returned = await Promise.race([skill.run(input.data, ctx), aborted(ctx.signal)])
    if (ctx.signal.aborted) return { kind: 'dropped' }
    const seal = (output: Json) => sealing.seal(skill, order, output)
    return discreet(order, finished(skill, returned, seal, startedAtMs, maxOutputBytes))
  } catch (error) {
    if (ctx.signal.aborted) return { kind: 'dropped' }
    if (error instanceof EntenteError && isOfSeals(error)) {
      return { kind: 'failed', reason: `${error.code}: ${error.message}`, retry: true }
    }
    const reason = error instanceof Error ? error.message : String(error)
    return discreet(order, { kind: 'failed', reason, retry: error instanceof Retryable })
  }
}

function isOfSeals({ code }: EntenteError): boolean {
  return code === 'SEAL_KEY_WRONG' || code === 'SEAL_BROKEN' || code === 'RELEASE_REPLAYED'
}

/** Words about sealed values may repeat them, and everybody reads a reason. */
function discreet(order: ExecuteItem, outcome: Outcome): Outcome {
  if (outcome.kind !== 'failed' || sealsIn(order.input).length === 0) return outcome
  return { ...outcome, reason: 'it failed on what is sealed for it; its own log says why', words: outcome.reason }
}

/** `name@major` names a skill whatever its minor version. */
function findSkill(skills: readonly Skill[], reference: string): Skill | undefined {
  return skills.find(({ name, version }) => `${name}@${version.split('.')[0]}` === reference)
}

/** The output as JSON carries it: what is hashed is what is sent. */
function finished(
  skill: Skill,
  returned: unknown,
  seal: (output: Json) => Json,
  startedAtMs: number,
  maxOutputBytes: number,
): Outcome {
  const output = skill.output.safeParse(returned)
  if (!output.success) return final(`the output is not what ${skill.name} promises: ${explainMismatch(output.error)}`)
  const plainText = canonicalJson(output.data)
  const plain = JSON.parse(plainText) as Json
  if (!isJson(plain)) return final('the output is nested deeper than anybody reads')
  const sealed = seal(plain)
  const text = sealed === plain ? plainText : canonicalJson(sealed)
  const bytes = Buffer.byteLength(text)
  if (bytes > maxOutputBytes) return final(`the output has ${bytes} bytes, the bus carries ${maxOutputBytes}`)
  return {
    kind: 'done',
    output: sealed,
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
