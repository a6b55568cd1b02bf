import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

export const entente = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))
export const data = fileURLToPath(new URL('../../scenarios/emergency-response/data/', import.meta.url))

/** The last line that a run with `--json` prints. */
export interface Outcome {
  readonly taskId: string
  readonly state: string
  readonly bundle: string
  readonly verified: boolean
  readonly deviators: readonly string[]
}

/** Runs the emergency response as a person would, in a folder of its own. */
export async function runScenario(args: readonly string[]) {
  const dir = scratchDir('scenario')
  const env = { ...process.env, ENTENTE_DATA: `${dir}/data` }
  const { end } = runProgram(entente, ['run', 'emergency-response', '--json', '--out', `${dir}/out`, ...args], env)
  const { code, stdout, stderr } = await end
  const lines = stdout.trim().split('\n')
  const outcome = JSON.parse(lines.at(-1) ?? '{}') as Outcome
  return { code, stderr, lines, outcome }
}

export function readBundle({ bundle }: Outcome): Bundle {
  return JSON.parse(readFileSync(bundle, 'utf8')) as Bundle
}

/** The only event of its kind for a subtask, or for the task. */
export function findEvent<T extends TaskEvent['type']>(
  { events }: Bundle,
  type: T,
  subtaskId?: string,
): TaskEventOf<T> {
  const found = events.find(
    ({ event }) => event.type === type && (!subtaskId || ('subtaskId' in event && event.subtaskId === subtaskId)),
  )
  if (!found) throw new Error(`the bundle has no ${type} ${subtaskId ?? ''}`)
  return found.event as TaskEventOf<T>
}
