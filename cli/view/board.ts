import { createLogUpdate } from 'log-update'
import { isEnded, type Task } from '../../coordinator/flow/state.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type Naming, treeLines } from './subtask-lines.ts'

const redrawMs = 100

/** Where the state of a task's subtasks is shown. */
export interface Board {
  line(text: string): void
  show(event: TaskEvent, task: Task, naming: Naming): void
  /** Leaves what is shown as it is, so that what is printed next comes below; what happens later is shown anew. */
  rest(): void
}

/** A tree that is drawn again as things happen, with the time that runs. */
export function liveBoard(): Board {
  const draw = createLogUpdate(process.stdout)
  const times = new Times()
  let latest: (() => void) | null = null
  let timer: NodeJS.Timeout | null = null
  let hasEnded = false
  const rest = () => {
    if (timer) clearInterval(timer)
    latest?.()
    timer = null
    latest = null
    draw.done()
  }
  return {
    line(text) {
      draw.clear()
      process.stdout.write(`${text}\n`)
      latest?.()
    },
    show(event, task, naming) {
      if (hasEnded) return
      times.note(event)
      latest = () => draw(treeLines(task, id => times.tookMs(id), naming).join('\n'))
      latest()
      timer ??= setInterval(() => latest?.(), redrawMs)
      hasEnded = isEnded(task)
      if (hasEnded) rest()
    },
    rest,
  }
}

/** One line an event that changes a subtask, with the time since the task was submitted, for pipes and logs. */
export function plainBoard(): Board {
  let startedMs = 0
  const write = (text: string) => void process.stdout.write(`${text}\n`)
  return {
    line: write,
    show(event, _, naming) {
      if (event.type === 'TaskSubmitted') startedMs = event.atMs
      const text = describe(event, naming)
      if (!text || !('subtaskId' in event)) return
      write(`${((event.atMs - startedMs) / 1000).toFixed(2).padStart(6)} s  ${event.subtaskId}: ${text}`)
    },
    rest() {},
  }
}

function describe(event: TaskEvent, naming: Naming): string | null {
  const who = (agentId: string) => `${naming(agentId).name} (${naming(agentId).domainId})`
  switch (event.type) {
    case 'SubtaskAssigned':
      return `given to ${event.chosen.map(({ agentId }) => who(agentId)).join(', ')}`
    case 'ResultCommitted':
      return `${who(event.agentId)} committed`
    case 'ResultReceived':
      return `${who(event.agentId)} ${event.answer.kind === 'failure' ? `failed: ${event.answer.failure.reason}` : 'answered'}`
    case 'KeysAnswered':
      return event.answer.kind === 'release'
        ? null
        : `${who(event.agentId)} keeps its key back: ${event.answer.refusal.code}`
    case 'AttemptExpired': {
      const what = event.phase === 'excused' ? 'could not be heard' : 'stayed silent'
      return event.silent.map(agentId => `${who(agentId)} ${what}`).join(', ')
    }
    case 'JudgeAsked':
      return 'the answers do not agree; a model is asked which stands'
    case 'JudgeAnswered':
      return `the model ${event.model} ${event.chosen ? 'chose' : 'chose nothing in both orders'}`
    case 'JudgeGivenUp':
      return `the judge was given up: ${event.reason}`
    case 'SubtaskAgreed':
      return event.verdict.deviators.map(agentId => `${who(agentId)} was outvoted`).join(', ') || null
    case 'AttemptFailed':
      return `attempt ${event.attempt} failed: ${event.reason}`
    case 'AttemptPreempted':
      return `attempt ${event.attempt} broken off for an emergency: task ${event.claim.taskId}`
    case 'StarvationWarned':
      return 'ALERT: waits for a free agent, and may not end in time'
    case 'ApprovalRequested':
      return `awaits approval: ${event.reason}`
    case 'ApprovalAnswered':
      return event.granted ? 'approved' : 'not approved'
    case 'QuestionAsked':
      return `asks: ${event.question}`
    case 'QuestionAnswered':
      return event.by ? `answered by ${event.by.signer}` : 'nobody answered; the default stands'
    case 'SubtaskCompleted':
      return 'done'
    case 'SubtaskFailed':
      return `failed: ${event.reason}`
    default:
      return null
  }
}

/** How long each subtask has taken, from its first assignment to its end. */
class Times {
  readonly #from = new Map<string, number>()
  readonly #to = new Map<string, number>()

  note(event: TaskEvent): void {
    if (!('subtaskId' in event)) return
    if (!this.#from.has(event.subtaskId)) this.#from.set(event.subtaskId, event.atMs)
    if (event.type === 'SubtaskCompleted' || event.type === 'SubtaskFailed') this.#to.set(event.subtaskId, event.atMs)
  }

  tookMs(subtaskId: string): number | null {
    const from = this.#from.get(subtaskId)
    return from === undefined ? null : Math.max(0, (this.#to.get(subtaskId) ?? Date.now()) - from)
  }
}
