import { contentHash } from '../protocol/canonical.ts'
import { type Bundle, leafHash } from '../protocol/evidence.ts'
import { rootOfInclusion } from '../protocol/merkle.ts'
import { type Check, type Finding, pointer } from './finding.ts'

/** The part of the history that a leaf holds: events from `first` on, before `end`. */
interface Part {
  readonly leaf: number
  readonly first: number
  readonly end: number
}

type Hashes = readonly Bundle['events'][number]['hash'][]

/**
 * Whether each event is in the evidence log as it stands here: its content, its number in the history and its type are
 * in a leaf, and the leaf's path leads to the root of the checkpoint.
 * @returns also the indexes of the events of which this is true: what may be trusted when two places contradict.
 */
export function checkEvents(bundle: Bundle): Check & { readonly sound: ReadonlySet<number> } {
  const { events, leaves } = bundle
  const hashes = events.map(({ event }) => contentHash(event))
  const { parts, findings: miscounted } = divide(bundle, hashes)
  const strayed = parts.map(part => strayedOf(bundle, part, hashes))
  const sound = new Set(
    parts.flatMap((part, at) => indexesOf(part).filter(index => !strayed[at]!.events.includes(index))),
  )
  const lost = sound.size === 0 && parts.length > 1
  const findings = [
    ...miscounted,
    ...(lost ? [allStray] : parts.flatMap((part, at) => findingsOf(bundle, part, strayed[at]!))),
    ...misnamed(bundle, hashes, sound),
    ...outOfOrder(leaves),
  ]
  return { name: 'events', count: events.length, findings, sound }
}

/** When all stray, the fault lies in what they have in common. */
const allStray: Finding = {
  where: pointer('checkpoint'),
  what: 'no event leads to its root: the root, the size or the task id is not the one that was logged',
}

/** Which leaf holds which events; when one says a wrong number of them, the others still show the right one. */
function divide(bundle: Bundle, hashes: Hashes): { parts: Part[]; findings: Finding[] } {
  const counts = bundle.leaves.map(({ count }) => count)
  const surplus = counts.reduce((sum, count) => sum + count, 0) - bundle.events.length
  if (surplus === 0) return { parts: partsOf(counts), findings: [] }
  for (const [leaf, count] of counts.entries()) {
    const parts = partsOf(counts.with(leaf, count - surplus))
    const part = parts[leaf]!
    if (part.end <= part.first || !leadsToRoot(bundle, part, hashes)) continue
    const what = `it says ${count} events; with ${count - surplus} it leads to the root`
    return { parts, findings: [{ where: pointer('leaves', leaf, 'count'), what }] }
  }
  const what = `they hold ${surplus + bundle.events.length} events, the history has ${bundle.events.length}`
  const parts = partsOf(counts).filter(({ end }) => end <= bundle.events.length)
  return { parts, findings: [{ where: pointer('leaves'), what }] }
}

function partsOf(counts: readonly number[]): Part[] {
  let end = 0
  return counts.map((count, leaf) => {
    const first = end
    end += count
    return { leaf, first, end }
  })
}

function leadsToRoot({ taskId, events, leaves, checkpoint }: Bundle, part: Part, hashes: Hashes): boolean {
  const named = indexesOf(part).map(index => ({ type: events[index]!.event.type, hash: hashes[index]! }))
  const { index, path } = leaves[part.leaf]!
  const hash = leafHash({ taskId, first: part.first, events: named })
  return rootOfInclusion(hash, index, checkpoint.size, path) === checkpoint.root
}

/** What of a leaf is not as it was logged: some of its events, or the leaf itself, with all of them. */
interface Strayed {
  readonly events: readonly number[]
  readonly whole: boolean
}

/** The hashes beside the events tell which of them was changed, if these still are what was logged. */
function strayedOf(bundle: Bundle, part: Part, hashes: Hashes): Strayed {
  if (leadsToRoot(bundle, part, hashes)) return { events: [], whole: false }
  const listed = bundle.events.map(({ hash }) => hash)
  const held = indexesOf(part)
  if (!leadsToRoot(bundle, part, listed)) return { events: held, whole: true }
  return { events: held.filter(index => hashes[index] !== listed[index]), whole: false }
}

function findingsOf({ events }: Bundle, { leaf, first, end }: Part, strayed: Strayed): Finding[] {
  if (strayed.whole) {
    const what = `with its path it does not lead to the root: it is not the leaf of events ${first} to ${end - 1}`
    return [{ where: pointer('leaves', leaf), what }]
  }
  return strayed.events.map(index => ({
    where: pointer('events', index),
    what: `this ${events[index]!.event.type} is not what was logged: its leaf names another hash`,
  }))
}

/** The event is as it was logged, the hash beside it is not its hash. */
function misnamed({ events }: Bundle, hashes: Hashes, sound: ReadonlySet<number>): Finding[] {
  return events.flatMap(({ hash, event }, index) =>
    hash === hashes[index] || !sound.has(index)
      ? []
      : [{ where: pointer('events', index, 'hash'), what: `it is not the hash of this ${event.type}` }],
  )
}

function outOfOrder(leaves: Bundle['leaves']): Finding[] {
  return leaves.flatMap(({ index }, at) => {
    const before = leaves[at - 1]?.index ?? -1
    if (index > before) return []
    return [{ where: pointer('leaves', at, 'index'), what: `leaf ${index} does not come after ${before}` }]
  })
}

function indexesOf({ first, end }: Part): number[] {
  return Array.from({ length: end - first }, (_, offset) => first + offset)
}
