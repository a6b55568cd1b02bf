import { createInterface } from 'node:readline/promises'
import type { Task } from '../../coordinator/flow/state.ts'
import { explainError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { describeHazard } from '../../scenarios/emergency-response/render/hazard.ts'
import { renderResponse } from '../../scenarios/emergency-response/render/response.ts'
import { describeReport } from '../verify.ts'
import type { Board } from './board.ts'
import { moneyLines } from './money-lines.ts'
import { namingOf } from './naming-of.ts'
import type { View } from './view.ts'

const widest = 110

/** For people. `approval` says whether a person is asked, or the run answers for them, and says so. */
export function textView(board: Board, approval: 'ask' | 'grant'): View {
  const columns = Math.min(process.stdout.columns ?? widest, widest)
  const line = (text: string) => board.line(text)
  const startedMs = performance.now()
  // Ends the question when somebody else has answered it, by the API for instance.
  let asking = new AbortController()
  return {
    hazard: hazard => line(`${describeHazard(hazard, { columns })}\n`),
    step: text => line(`${secondsSince(startedMs)}  ${text}`),
    watcher(consortium) {
      const naming = namingOf(consortium)
      return {
        onAttested(attestations) {
          for (const { name, refused } of attestations) {
            line(
              `${secondsSince(startedMs)}  ${name} ${refused ? `did not attest: ${refused}` : 'attested the hazard on chain'}`,
            )
          }
        },
        onEvent(event, task) {
          if (event.type === 'TaskFunded')
            line(`${secondsSince(startedMs)}  the response plan opened task ${task.taskId}\n`)
          if (event.type === 'ApprovalAnswered') asking.abort()
          board.show(event, task, naming)
        },
        approve(request) {
          board.rest()
          asking = new AbortController()
          return answer(request, approval, line, asking.signal)
        },
      }
    },
    async outcome(consortium, task, path, report) {
      board.rest()
      const done = task.state === 'completed' ? renderResponse(task.output, { columns }) : endOf(task)
      line(`\n${done}\n`)
      for (const text of await moneyLines(consortium, task, namingOf(consortium))) line(text)
      line(`\n${describeReport(report)}\n\nThe proof: ${path}`)
      line(`Verify it again, offline: npx entente verify ${path}`)
    },
    keeping(consortium, apiKey) {
      const { operatorUrl, stack } = consortium
      line(`\nEverything runs on, until Ctrl-C. API: ${operatorUrl}/docs   Chain: ${stack.urls.chain}`)
      line(`An API key, shown this once: ${apiKey}`)
      line(`For the other verbs, in another shell: ${exportsOf(consortium)}`)
    },
    logsKept: dir => void process.stderr.write(`The logs are in ${dir}\n`),
    failed(error) {
      board.rest()
      process.stderr.write(`${explainError(error)}\n`)
    },
  }
}

async function answer(
  request: TaskEventOf<'ApprovalRequested'>,
  approval: 'ask' | 'grant',
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean | null> {
  if (approval === 'grant') {
    line(`         ${request.reason} This run approves it.`)
    return true
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  // The terminal gives Ctrl-C to who reads from it, as a key: it ends the run here as anywhere.
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const question = `\n${request.reason} Approve ${request.contentHash.slice(0, 18)}…? [y/N] `
    const text = await prompt.question(question, { signal })
    return /^y(es)?$/i.test(text.trim())
  } catch (error) {
    if (!signal.aborted) throw error
    return null
  } finally {
    prompt.close()
  }
}

/** The variables by which verbs reach it. */
function exportsOf({ place, stack, chain }: Consortium): string {
  const { LOG_LEVEL: _, ...bus } = place.env
  const where = { ENTENTE_DATA: place.dir, ETH_RPC_URL: stack.urls.chain, CONTRACT_REGISTRY: chain.contractRegistry }
  const assignments = Object.entries({ ...bus, ...where }).map(([name, value]) => `${name}=${inShell(value)}`)
  return `export ${assignments.join(' ')}`
}

const inShell = (text: string) => text.replace(/[^\w@%+=:,./-]/g, '\\$&')

function endOf(task: Task): string {
  const failed = [...task.subtasks.values()].find(({ phase }) => phase === 'failed')
  return `The task is ${task.state}${failed ? `: subtask ${failed.id} failed` : ''}.`
}

function secondsSince(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(2).padStart(6)} s`
}
