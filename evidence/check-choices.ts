import { candidatesOf, chooseAgain, type LoggedChoice } from '../coordinator/flow/choose-again.ts'
import { evolve } from '../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../coordinator/flow/state.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { differencesOf } from './explain-choices.ts'
import { type Check, eventAt, type Finding, shown } from './finding.ts'

/**
 * Whether each choice of agents is the one that the rule makes of the candidates as they were recorded, by the seed that the
 * task's funding brought. A log without a seed is an older one, which does not say enough to choose again.
 */
export function checkChoices(bundle: Bundle): Check {
  const findings = seedFindings(bundle)
  let count = 0
  let task = unknownTask(bundle.taskId)
  try {
    for (const [index, { event }] of bundle.events.entries()) {
      if (event.type === 'SubtaskAssigned' && task.seed) {
        count++
        findings.push(...faultsOf(task, event, eventAt(index)))
      }
      // That nobody else could be asked, or paid, is a choice too.
      if (event.type === 'ReplicasEnded' && event.choice && task.seed) {
        count++
        findings.push(...faultsOf(task, { ...event.choice, subtaskId: event.subtaskId }, eventAt(index, 'choice')))
      }
      task = evolve(task, event)
    }
  } catch {
    // What the rules cannot even fold is said where they are replayed.
  }
  return { name: 'choices', count, findings }
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
