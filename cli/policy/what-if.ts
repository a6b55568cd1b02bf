import { type Reconsidered, whatIf } from '../../coordinator/flow/policy/what-if.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { exitCodes } from '../exit-codes.ts'
import { readTask } from '../read-task.ts'
import { readText } from '../read-text.ts'

/** `entente policy what-if`: what another set would have decided in past tasks, and why; status 1 where anything differs. */
export async function askWhatIf(
  file: string,
  sources: readonly string[],
  { json }: { json?: boolean },
): Promise<number> {
  const set = policyFrom(file, readText(file))
  let differing = 0
  for (const source of sources) {
    const { taskId, events } = await readTask(source)
    const all = whatIf(taskId, events, set, authorizeByCedar)
    const differences = all.filter(({ was, would }) => was !== would)
    differing += differences.length
    if (json) process.stdout.write(`${JSON.stringify({ taskId, decisions: all.length, differences })}\n`)
    else process.stdout.write(`${[headOf(taskId, all, differences), ...differences.map(lineOf)].join('\n')}\n`)
  }
  return differing === 0 ? exitCodes.done : exitCodes.failed
}

function headOf(taskId: string, all: readonly Reconsidered[], differences: readonly Reconsidered[]): string {
  return `${taskId}: ${differences.length} of ${all.length} decisions would have been others`
}

function lineOf({ event, subtaskId, domainId, was, would, why }: Reconsidered): string {
  const what = subtaskId === null ? 'the order' : `${subtaskId} to ${domainId}`
  return `  event ${event}, ${what}: was ${was}, would be ${would}\n${why.map(each => `    ${each}`).join('\n')}`
}
