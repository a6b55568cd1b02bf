import { candidatesOf, chooseAgain, type LoggedChoice } from '../coordinator/flow/choose-again.ts'
import type { Task } from '../coordinator/flow/state.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { differencesOf } from './explain-choices.ts'
import { type Check, eventAt, type Finding, shown } from './finding.ts'

/**
 * Whether each choice of agents is the one that the rule makes of the candidates as they were recorded, by the seed that the
 * task's funding brought. A log without a seed is an older one, which does not say enough to choose again. It is shown the
 * tasks by whoever replays the rules: to fold a log is most of the work.
 */
export class ChoicesCheck {
  readonly #bundle: Bundle
  readonly #findings: Finding[]
  #count = 0

  constructor(bundle: Bundle) {
    this.#bundle = bundle
    this.#findings = seedFindings(bundle)
  }

  /** The task as it was before an event. */
  see(task: Task, index: number): void {
    const { event } = this.#bundle.events[index]!
    if (!task.seed) return
    if (event.type === 'SubtaskAssigned') this.#compare(task, event, eventAt(index))
    // That nobody else could be asked, or paid, is a choice too.
    if (event.type === 'ReplicasEnded' && event.choice)
      this.#compare(task, { ...event.choice, subtaskId: event.subtaskId }, eventAt(index, 'choice'))
  }

  #compare(task: Task, choice: LoggedChoice & { readonly subtaskId: string }, at: string): void {
    this.#count++
    this.#findings.push(...faultsOf(task, choice, at))
  }

  /** Of all that were seen. */
  check(): Check {
    return { name: 'choices', count: this.#count, findings: this.#findings }
  }
}

/** Who writes down what a candidate held writes down the seed too. */
function seedFindings({ events }: Bundle): Finding[] {
  const index = events.findIndex(({ event }) => event.type === 'TaskFunded')
  const funded = events[index]?.event
  if (funded?.type !== 'TaskFunded' || funded.blockHash) return []
  const isRecent = events.some(({ event }) => event.type === 'SubtaskAssigned' && candidatesOf(event) !== null)
  if (!isRecent) return []
  return [{ where: eventAt(index, 'blockHash'), what: 'the log does not say by what lots were drawn' }]
}

function faultsOf(task: Task, event: LoggedChoice & { readonly subtaskId: string }, at: string): Finding[] {
  const again = chooseAgain(task, event)
  const where = `${at}/chosen`
  if (!again) return [{ where, what: 'the log does not say enough of all candidates to choose again' }]
  if (!again.routing) return [{ where, what: 'by the rule nobody could be chosen of these candidates yet' }]
  return differencesOf(again, event).map(({ at: place, expected, found }) => ({
    where: at + place,
    what: `of these candidates the rule chooses ${shown(expected)}, the log has ${shown(found)}`,
  }))
}
