import { isCompensation } from '../../../../coordinator/flow/compensate.ts'
import { nextDeadlineMs } from '../../../../coordinator/flow/expire.ts'
import { isEnded } from '../../../../coordinator/flow/state.ts'
import { nextMs } from './expected.ts'
import { fail, type Step } from './step.ts'

const open = new Set(['executing', 'revealing', 'judging', 'approving', 'awaiting', 'asking'])

/** 6. Whatever waits has a deadline, until the settlement is computed. */
export function nothingWaitsForEver(step: Step): void {
  const { after } = step
  if (!after.submitted) return
  const nextMs = nextDeadlineMs(after)
  const isOpen = !isEnded(after) || (after.funded && !after.settlement)
  if (isOpen && nextMs === null) fail('nothing ends what it waits for', step)
  if (!isEnded(after) && nextMs! > after.submitted.deadlineMs) fail('it may outlast its deadline', step)
  for (const { id, phase, phaseDeadlineMs } of after.subtasks.values()) {
    if (!open.has(phase) || (isEnded(after) && !isCompensation(after, id))) continue
    if (!Number.isFinite(phaseDeadlineMs)) fail(`${id} is ${phase} with no deadline`, step)
  }
}

/** 7. Time alone brings it to its end, and to its settlement where it was funded. */
export function timeEndsIt(step: Step): void {
  const { world, after } = step
  if (!after.submitted || step.events.length === 0) return
  const { decide, evolve } = world.rules
  let task = after
  for (let left = 500; left > 0; left--) {
    if (isEnded(task) && (!task.funded || task.settlement)) return
    const atMs = nextDeadlineMs(task)
    if (atMs === null) fail(`time does nothing for a task that is ${task.state}`, step)
    const events = decide(task, { type: 'passTime', atMs })
    if (events.length === 0) fail(`at ${atMs}, its own deadline, nothing happens`, step)
    task = events.reduce(evolve, task)
  }
  fail('no end is reached', step)
}

/** 12. A reader of the events knows when time next matters. When a wait is to be warned of is `starve.ts`'s to say. */
export function knownDeadline(step: Step): void {
  const { belief, before } = step
  const [due, found] = [nextMs(belief, before), nextDeadlineMs(before)]
  if (due !== found) fail(`time next matters at ${due}, and the task says ${found}`, step)
}

/** 13. Of work that may begin, and of no other, it is said that it waits too long; once a wait. */
export function warnedOnce(step: Step): void {
  const { belief, events } = step
  for (const event of events) {
    if (event.type !== 'StarvationWarned') continue
    const node = belief.nodes.get(event.subtaskId)
    if (!node || !belief.mayBegin(node) || event.attempt !== node.attempts + 1)
      fail('a warning of what may not begin', step)
    if (node.warned || events.filter(each => 'subtaskId' in each && each.subtaskId === node.id).at(0) !== event) {
      fail('warned of twice', step)
    }
  }
}
