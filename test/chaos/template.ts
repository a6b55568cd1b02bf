import type { Json } from '../../protocol/canonical.ts'

/** How a task is meant to go: to its end, to its end by a second attempt, or to a failure that nothing mends. */
export type Mood = 'well' | 'retry' | 'fail'

const skill = 'book@1'

function entry(id: string, after: readonly string[], more: { readonly [name: string]: Json } = {}, mood = "'well'") {
  const amounts = after.length > 0 ? after.map(before => `outputs.${before}.total`).join(', ') : 'input.amount'
  const input = `{ entry: '${id}', amounts: [${amounts}], mood: ${mood} }`
  return { id, skill, after: [...after], input, attempts: 4, ...more }
}

/** Two branches side by side, one subtask by three agents that commit before they reveal, and an end. */
const subtasks = [
  entry('open', []),
  ...['left1', 'left2', 'left3'].map(id => entry(id, ['open'])),
  ...['right1', 'right2'].map(id => entry(id, ['open'])),
  entry('audit', ['left1', 'left2'], { replicas: 3 }),
  entry('join', ['left3', 'right1', 'right2']),
  entry('assess', ['audit', 'join'], {}, 'input.mood'),
  entry('close', ['assess']),
]

export const subtasksOfTemplate = subtasks.length

/** How long an agent has for an attempt, and how often it is to show that it lives, if it is. */
export interface Patience {
  readonly deadlineMs: number
  readonly heartbeatMs?: number
}

export function templateOf(patience: Patience): Json {
  return {
    name: 'chaos',
    version: '1.0.0',
    title: 'Ten entries',
    subtasks: subtasks.map(subtask => ({ ...subtask, ...patience })),
    output: 'outputs.close',
  }
}
