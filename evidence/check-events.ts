import { contentHash } from '../protocol/canonical.ts'
import { type Bundle, leafHash } from '../protocol/evidence.ts'
import { rootOfInclusion } from '../protocol/merkle.ts'
import { type Check, type Finding, pointer } from './finding.ts'

/**
 * Whether each event is in the evidence log as it stands here: its content, its number in the history and its type are
 * a leaf, and the leaf's path leads to the root of the checkpoint.
 * @returns also the indexes of the events of which this is true: what may be trusted when two places contradict.
 */
export function checkEvents(bundle: Bundle): Check & { readonly sound: ReadonlySet<number> } {
  const strayed = bundle.events.flatMap((_, index) => (isLogged(bundle, index) ? [] : [index]))
  const sound = new Set(bundle.events.keys().filter(index => !strayed.includes(index)))
  const findings = [...findingsOf(bundle, strayed), ...outOfOrder(bundle)]
  return { name: 'events', count: bundle.events.length, findings, sound }
}

function isLogged({ taskId, events, checkpoint }: Bundle, index: number): boolean {
  const { event, leaf, path } = events[index]!
  const hash = leafHash({ taskId, index, type: event.type, hash: contentHash(event) })
  return rootOfInclusion(hash, leaf, checkpoint.size, path) === checkpoint.root
}

/** When all stray, the fault lies in what they have in common. */
function findingsOf({ events }: Bundle, strayed: readonly number[]): Finding[] {
  if (strayed.length > 1 && strayed.length === events.length) {
    const what = 'no event leads to its root: the root, the size or the task id is not the one that was logged'
    return [{ where: pointer('checkpoint'), what }]
  }
  return strayed.map(index => ({
    where: pointer('events', index),
    what: `this ${events[index]!.event.type} is not what was logged: with its leaf and path it does not lead to the root`,
  }))
}

function outOfOrder({ events }: Bundle): Finding[] {
  return events.flatMap(({ leaf }, index) => {
    const before = events[index - 1]?.leaf ?? -1
    if (leaf > before) return []
    return [{ where: pointer('events', index, 'leaf'), what: `leaf ${leaf} does not come after ${before}` }]
  })
}
