import { readySubtasks } from '../../coordinator/flow/ready.ts'
import { isEnded } from '../../coordinator/flow/state.ts'
import type { Json } from '../../protocol/canonical.ts'
import { SimulatedRun } from './simulated-run.ts'
import { agents, ordered, simulated } from './simulated-setting.ts'
import type { Simulated } from './simulated-task.ts'

/** Items of each list: more than 999 no list may have. */
const perList = 500

/**
 * A task of so many subtasks, a multiple of 500, by the coordinator's rules: lists, one after the other, each of whose
 * items is a subtask that one agent is given and does.
 */
export function manySubtasks(count: number): Simulated {
  const lists = count / perList
  const subtasks = Array.from({ length: lists }, (_, at): Json => {
    const work = { skill: 'work@1', deadlineMs: 1_000, attempts: 1, input: '{item: item}' }
    const after = at === 0 ? [] : [`list-${at - 1}`]
    return { id: `list-${at}`, after, ...work, forEach: { items: 'input.items', max: perList, concurrency: 100 } }
  })
  const template = { name: 'many', version: '1.0.0', title: 'Many subtasks', subtasks, output: '`true`' }
  const input = { items: Array.from({ length: perList }, (_, item) => item) }
  const order = ordered(template, input, `${3_000_000n * BigInt(count)}`)
  const run = new SimulatedRun(simulated, { ordered: order, stepMs: 1 })
  run.open()
  const all = Object.keys(agents)
  let given = 0
  while (!isEnded(run.task)) {
    const round = readySubtasks(run.task).map(({ id }) => ({ id, agentId: all[given++ % all.length]! }))
    for (const { id, agentId } of round) run.assign(id, [agentId])
    for (const { id, agentId } of round) run.result(id, agentId, { done: id })
  }
  return { task: run.task, events: run.events, template }
}
