import type { Skill } from '../../../agents/sdk/define.ts'
import { type Outcome, runSkill } from '../../../agents/sdk/run-skill.ts'
import { sealingOf } from '../../../agents/sdk/seal/sealing.ts'
import type { Json } from '../../../protocol/canonical.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { executeItem } from '../sdk/office.ts'
import { identity } from '../sdk/seal/identity.ts'

const MAX_OUTPUT_BYTES = 64 * 1024

export interface Ran {
  readonly outcome: Outcome
  /** The progress that was told, in order. */
  readonly told: string[]
}

/** Runs a skill as the SDK runs it for an assignment. */
export async function runOnce(skill: Skill, input: Json, { attempt = 1, signal = never() } = {}): Promise<Ran> {
  const told: string[] = []
  const taskId = sha256(`a task of ${skill.name}`)
  const skillName = `${skill.name}@1`
  const order = executeItem({ agentId: '0' }, skillName, input, { taskId, attempt })
  const idempotencyKey = `${taskId}:one`
  const progress = (text: string) => void told.push(text)
  const ctx = { signal, taskId, subtaskId: 'one', attempt, idempotencyKey, progress }
  return { outcome: await runSkill([skill], order, ctx, sealingOf(identity, [skill]), MAX_OUTPUT_BYTES), told }
}

function never(): AbortSignal {
  return new AbortController().signal
}
