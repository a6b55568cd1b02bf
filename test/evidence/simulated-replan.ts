import { restOfRecord } from '../../coordinator/flow/replan/propose-rest.ts'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { ReplanningRecord } from '../../protocol/planning.ts'
import type { ReplanPolicy } from '../../protocol/task.ts'
import { SimulatedRun } from './simulated-run.ts'
import { type Ordered, ordered, simulated } from './simulated-setting.ts'

const subtasks = [
  { id: 'look', skill: 'look@1' },
  { id: 'road', skill: 'drive@1', after: ['look'], attempts: 1 },
  { id: 'tell', skill: 'tell@1', after: ['road'], input: 'outputs.road' },
]
const otherwise = [
  { id: 'by-air', failed: ['road'], subtasks: [{ id: 'fly', skill: 'fly@1', after: ['look'], input: 'outputs.look' }] },
]

function orderOf(more: object, replan: ReplanPolicy): Ordered {
  const template = { name: 'ways', version: '1.0.0', title: 'Two ways', subtasks, ...more } as Json
  const order = ordered(template, { at: '2005-08-28T12:00Z' }, '50000000')
  return { ...order, spec: { ...order.spec, policy: { ...order.spec.policy, replan } } }
}

function untilTheRoadFails(order: Ordered): SimulatedRun {
  const run = new SimulatedRun(simulated, { ordered: order })
  run.open()
  run.assign('look', ['12'])
  run.result('look', '12', { seen: 'water' })
  run.assign('road', ['13'])
  run.fail('road', '13', 'the bridge is gone')
  return run
}

/** What the template has for the case. */
export function simulateFallback() {
  const order = orderOf({ otherwise }, { by: 'template', max: 1 })
  const run = untilTheRoadFails(order)
  run.assign('fly', ['21'])
  run.result('fly', '21', { flown: true })
  return { task: run.task, events: run.events, template: order.template }
}

/** What a model answers that is asked. */
export function simulateReplan() {
  const order = orderOf({}, { by: 'model', max: 1 })
  const run = untilTheRoadFails(order)
  const planHash = run.task.replanning.planHash!
  const answer = { subtasks: [{ id: 'swim', skill: 'swim@1', after: ['look'], input: 'outputs.look' }] }
  const record: ReplanningRecord = {
    format: 'entente.replanning/1',
    goal: order.spec.goal,
    planHash,
    model: { name: 'recorded', endpoint: null },
    vocabulary: contentHash('skills'),
    offered: ['swim@1'],
    tokens: { input: 1, output: 1 },
    talks: [{ about: 'rest', messages: [{ role: 'assistant', content: JSON.stringify(answer) }] }],
  }
  run.act({ type: 'replan', planHash, rest: restOfRecord(run.task.plan!, record), planning: contentHash(record) })
  run.assign('swim', ['21'])
  run.result('swim', '21', { swum: true })
  return { task: run.task, events: run.events, template: order.template, replannings: [record as unknown as Json] }
}
