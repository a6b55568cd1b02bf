import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { TaskEntry } from '../../../protocol/events.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { parseJson } from '../../../stack/parse-json.ts'

/** A durable message as a subtask sends it. */
export interface Sent {
  readonly to: 'task' | 'work' | 'result' | 'evidence'
  readonly bytes: number
  readonly headerBytes: number
}

const watched = {
  task: subjects.task('*'),
  work: subjects.work('*'),
  result: subjects.result('*', '*', '*'),
  evidence: subjects.evidence('*'),
} as const

/** What is sent step by step while tasks run: by one alone, and by many, whose leaves share messages. */
export interface SentBy {
  readonly one: readonly Sent[][]
  readonly many: readonly Sent[][]
}

/**
 * Listens to what is sent while tasks run; `stop` gives it in as many parts as there were steps, without the first and the last of
 * them. Of many chains the steps come in waves: each is given its share of what was sent.
 */
export function recordSteps(nc: NatsConnection): { stop(): Sent[][] } {
  const steps: Sent[][] = [[]]
  const subscriptions = Object.entries(watched).map(([to, subject]) =>
    nc.subscribe(subject, {
      callback: (_, message) => {
        steps.at(-1)!.push({ to: to as Sent['to'], bytes: message.data.length, headerBytes: headerBytesOf(message) })
        if (to === 'task' && completesStep(message)) steps.push([])
      },
    }),
  )
  return {
    stop() {
      for (const subscription of subscriptions) subscription.unsubscribe()
      const margin = Math.max(3, Math.ceil(steps.length / 10))
      const [sent, count] = [steps.slice(margin, -margin).flat(), steps.length - 2 * margin]
      const at = (step: number) => Math.floor((step * sent.length) / count)
      return Array.from({ length: count }, (_, step) => sent.slice(at(step), at(step + 1)))
    },
  }
}

function completesStep({ data }: Msg): boolean {
  return parseJson(TaskEntry, data)?.events.some(({ type }) => type === 'SubtaskCompleted') ?? false
}

function headerBytesOf({ headers }: Msg): number {
  return [...(headers ?? [])].reduce((sum, [name, values]) => sum + name.length + values.join('').length + 4, 0)
}
