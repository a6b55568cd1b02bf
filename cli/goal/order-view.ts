import type { NatsConnection } from '@nats-io/nats-core'
import type { Task } from '../../coordinator/flow/state.ts'
import type { Report } from '../../evidence/report.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import { describeReport } from '../verify.ts'
import { liveBoard, plainBoard } from '../view/board.ts'
import { moneyLines } from '../view/money-lines.ts'
import { namingOf } from '../view/naming-of.ts'

export interface Outcome {
  readonly nc: NatsConnection
  readonly task: Task
  /** Of the bundle. */
  readonly path: string
  readonly report: Report
}

/** How an ordered goal shows itself: lines or a tree for people, JSON lines for programs. */
export interface OrderView {
  ordered(taskId: Hex, budget: bigint): void
  onEvent(event: TaskEvent, task: Task): void
  outcome(outcome: Outcome): Promise<void>
}

export function orderView(json: boolean, directory: FollowedDirectory): OrderView {
  return json ? inJson() : inText(directory)
}

function inJson(): OrderView {
  const write = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`)
  return {
    ordered: (taskId, budget) => write({ ordered: taskId, budget: `${budget}` }),
    onEvent: (event, { taskId, state }) => write({ taskId, state, event }),
    async outcome({ task: { taskId, state, output }, path, report }) {
      write({ taskId, state, output, bundle: path, verified: report.ok })
    },
  }
}

function inText(directory: FollowedDirectory): OrderView {
  const board = process.stdout.isTTY === true ? liveBoard() : plainBoard()
  const naming = namingOf({ directory })
  return {
    ordered(taskId, budget) {
      board.line(`\nOrdered as task ${taskId}, for at most ${budget}.`)
      board.line(`What it asks of people: npx entente awaits ${taskId}\n`)
    },
    onEvent(event, task) {
      if (event.type === 'TaskReplanned') board.line(`Another plan (${byWhom(event)}): ${event.why}`)
      if (event.type === 'TaskRejected') board.line(`Rejected: ${event.code}: ${event.reason}`)
      board.show(event, task, naming)
    },
    async outcome({ nc, task, path, report }) {
      board.rest()
      board.line(`\nThe task is ${task.state}. Its output:\n${JSON.stringify(task.output, null, 2)}\n`)
      for (const text of await moneyLines({ nc }, task, naming)) board.line(text)
      board.line(`\n${describeReport(report)}\n\nThe proof: ${path}`)
      board.line(`Verify it again, offline: npx entente verify ${path}`)
    },
  }
}

function byWhom({ by }: Extract<TaskEvent, { type: 'TaskReplanned' }>): string {
  return 'fallback' in by ? `fallback ${by.fallback}` : `a model, record ${by.planning}`
}
