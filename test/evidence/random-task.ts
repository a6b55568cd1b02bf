import { openCompensation } from '../../coordinator/flow/compensate.ts'
import type { SubtaskProgress } from '../../coordinator/flow/progress.ts'
import { readySubtasks } from '../../coordinator/flow/ready.ts'
import { silentIn } from '../../coordinator/flow/silent.ts'
import { isEnded, type Task } from '../../coordinator/flow/state.ts'
import type { Json } from '../../protocol/canonical.ts'
import { type Choose, where } from '../coordinator/flow/judge/record-of.ts'
import { SimulatedRun } from './simulated-run.ts'
import { agents, ordered, outputSchema, simulated, walletOf } from './simulated-setting.ts'
import type { Simulated } from './simulated-task.ts'

/** Draws a number from 0 to below `below`. */
export type Draw = (below: number) => number

/** The same draws for the same seed: xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
export function drawFrom(seed: number): Draw {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** A task of a random template that goes as chance has it, by the coordinator's rules, to its end. */
export function randomTask(draw: Draw): Simulated {
  const template = randomTemplate(draw)
  const input = { at: '2005-08-28T12:00Z', rooms: Array.from({ length: draw(3) }, (_, room) => `room ${room}`) }
  const order = ordered(template, input, '500000000', skill => (skill === 'vote@1' ? outputSchema : {}))
  const run = new SimulatedRun(simulated, { ordered: order })
  run.open()
  while (!isOver(run.task)) step(run, draw)
  return { task: run.task, events: run.events, template, judgings: run.judgings }
}

/** One to three nodes, each after some of those before it. */
function randomTemplate(draw: Draw): Json {
  const count = 1 + draw(3)
  const subtasks = Array.from({ length: count }, (_, at): Json => {
    const after = Array.from({ length: at }, (_, before) => `n${before}`).filter(() => draw(2) === 0)
    return { id: `n${at}`, after, ...(draw(5) === 0 ? { when: `\`${draw(2) === 0}\`` } : {}), ...randomKind(draw) }
  })
  return { name: 'random', version: '1.0.0', title: 'As chance has it', subtasks }
}

const question = { question: 'Is it closed?', answer: { type: 'boolean' }, deadlineMs: 60_000, default: false }

function randomKind(draw: Draw): { readonly [field: string]: Json } {
  const approval = { when: 'output.windKt > `121`', reason: 'people will be moved', deadlineMs: 60_000 }
  switch (draw(8)) {
    case 7:
      return { skill: 'vote@1', replicas: 3, quorum: 3, weight: 3, judge: { criterion: 'the likeliest' } }
    case 0:
      return { skill: 'vote@1', replicas: 3, quorum: 2, weight: 3 }
    case 1:
      return { skill: 'work@1', approval }
    case 2:
      return { skill: 'work@1', compensate: { skill: 'undo@1' } }
    case 3:
      return { skill: 'work@1', forEach: { items: 'input.rooms', max: 2 } }
    case 4:
      return { ask: { ...question, from: [walletOf('harbour master')] } }
    case 5:
      return { wait: { event: 'tide', deadlineMs: 60_000, onSilence: 'continue' } }
    default:
      return { skill: 'work@1', retry: { backoffMs: 200 }, attempts: 3 }
  }
}

function isOver(task: Task): boolean {
  return isEnded(task) && !openCompensation(task)
}

/** Something that may happen now: mostly what brings the task on. */
function step(run: SimulatedRun, draw: Draw): void {
  const { task } = run
  const ready = readySubtasks(task).map(
    ({ id, replicas }) =>
      () =>
        give(run, id, replicas, draw),
  )
  const possible = [...openNodes(run, draw), ...ready]
  if (!isEnded(task) && draw(60) === 0) run.cancel('the storm turned away')
  else if (!isEnded(task) && draw(40) === 0) run.pauseAndResume('somebody has to look')
  else if (possible.length === 0 || draw(25) === 0) run.passTime()
  else possible[draw(possible.length)]!()
}

function give(run: SimulatedRun, subtaskId: string, replicas: number, draw: Draw): void {
  const all = Object.keys(agents)
  const first = draw(all.length)
  run.assign(subtaskId, [...all.slice(first), ...all.slice(0, first)].slice(0, replicas))
}

function openNodes(run: SimulatedRun, draw: Draw): (() => void)[] {
  return [...run.task.subtasks.values()].flatMap(progress => {
    const { id, phase } = progress
    if (phase === 'approving') return [() => run.approve(id, draw(8) > 0)]
    if (phase === 'asking') return [() => run.reply(id, draw(2) === 0)]
    if (phase === 'awaiting') return [() => run.signal('tide', { heightCm: draw(300) })]
    if (phase === 'judging') return [() => run.judge(id, whichever(draw))]
    if (phase !== 'executing' && phase !== 'revealing') return []
    if (isEnded(run.task) && openCompensation(run.task)?.id !== id) return []
    return silentIn(progress).map(agentId => () => answer(run, progress, agentId, draw))
  })
}

/** One in four judges goes by the place. */
function whichever(draw: Draw): Choose {
  const wind = draw(2) === 0 ? '120' : '300'
  return draw(4) === 0 ? () => '1' : where(({ value }) => JSON.stringify(value).includes(wind))
}

/** Of replicas one in three says what none of the others does. */
function answer(run: SimulatedRun, { id, phase, assigned }: SubtaskProgress, agentId: string, draw: Draw): void {
  const windKt = assigned!.chosen.length === 1 ? 120 + draw(4) : agentId === '8' ? 300 : 120
  const output = { windKt, place: 'Buras' }
  if (phase === 'executing' && draw(10) === 0) run.fail(id, agentId, 'it cannot be done')
  else if (assigned!.answer === 'commit' && phase === 'executing') run.commit(id, agentId, output)
  else run.result(id, agentId, output)
}
