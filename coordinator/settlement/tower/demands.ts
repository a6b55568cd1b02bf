import { keccak256 } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { type Ledger, treeOfNumbers } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import { traceOf } from '../../flow/batch/shapley-steps.ts'
import type { OpenedNumber } from '../open-lines.ts'
import { type Place, type PostedBatch, placeKey } from '../posted-batches.ts'
import { type ShownLines, unseenPlaces } from './shown-lines.ts'

/**
 * How many lines are asked for at a time. A contract bears 255 open demands of a batch; and 64 at a time find a wrong step
 * among the 32,768 of a task of 16 agents in three rounds, which a window has time for.
 */
const wave = 64

/**
 * The lines to ask for of a batch whose lines nobody published. By lot, so that its settler cannot know beforehand which
 * of them it will have to show.
 */
export function placesUnseen(posted: PostedBatch, shown: ShownLines, account: Address): Place[] {
  const drawn = [...unseenPlaces(posted, shown)].map(place => ({
    place,
    lot: keccak256(Buffer.from(`${account}/${posted.id}/${placeKey(place)}`)),
  }))
  drawn.sort((a, b) => (a.lot < b.lot ? -1 : 1))
  return drawn.slice(0, wave).map(({ place }) => place)
}

/** The numbers to ask for where a settler committed to others than follow from what it published. */
export function placesHidden(findings: readonly Finding[], ledger: Ledger, shown: ShownLines): Place[] {
  for (const { rule, tree, index } of findings) {
    if (rule !== 'ContributionWrong') continue
    const places = tree === 'Tasks' ? hiddenValues(ledger, index, shown) : hiddenSteps(ledger, index, shown)
    if (places.length > 0) return places
  }
  return []
}

function hiddenValues({ tasks, values }: Ledger, index: number, shown: ShownLines): Place[] {
  const line = tasks[index]!
  const players = Number(line.endPayment - line.firstPayment)
  if (players < 0 || players > 16 || treeOfNumbers(values[index] ?? []).root() === line.coalitions) return []
  const all = Array.from({ length: 2 ** players }, (_, mask) => placeOf('Coalitions', index, mask))
  return all.filter(place => !shown.has(placeKey(place))).slice(0, wave)
}

/** Steps between the last that is shown right and the first that is shown wrong, evenly spread. */
function hiddenSteps({ tasks, payments, values }: Ledger, index: number, shown: ShownLines): Place[] {
  const task = tasks.findIndex(each => index >= each.firstPayment && index < each.endPayment)
  if (task < 0) return []
  const player = index - Number(tasks[task]!.firstPayment)
  if (2 ** player >= values[task]!.length) return []
  const right = traceOf(values[task]!, player)
  if (treeOfNumbers(right).root() === payments[index]!.trace) return []
  let [after, upTo] = [-1, right.length - 1]
  for (let step = 0; step < right.length; step++) {
    const sum = shown.get(placeKey(placeOf('Traces', index, step))) as OpenedNumber | undefined
    if (!sum) continue
    if (sum.value === right[step]) after = step
    else {
      upTo = step - 1
      break
    }
  }
  const count = Math.min(wave, upTo - after)
  const steps = Array.from({ length: count }, (_, place) => after + Math.ceil(((place + 1) * (upTo - after)) / count))
  return steps.map(step => placeOf('Traces', index, step)).filter(place => !shown.has(placeKey(place)))
}

function placeOf(tree: Place['tree'], index: number, sub: number): Place {
  return { tree, index: BigInt(index), sub: BigInt(sub) }
}

/** The ledger with the values of coalitions that were shown in the place of those published. */
export function withShownValues(ledger: Ledger, shown: ShownLines): Ledger {
  const values = ledger.values.map((published, task) => {
    const line = ledger.tasks[task]
    const players = line ? Number(line.endPayment - line.firstPayment) : -1
    if (players < 0 || players > 16) return published
    const numbers = Array.from(
      { length: 2 ** players },
      (_, mask) => shown.get(placeKey(placeOf('Coalitions', task, mask))) as OpenedNumber | undefined,
    )
    return numbers.every(number => number !== undefined) ? numbers.map(({ value }) => value) : published
  })
  return { ...ledger, values }
}
