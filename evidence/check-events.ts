import { contentHash } from '../protocol/canonical.ts'
import { leafHash, type RedactedBundle } from '../protocol/evidence.ts'
import { rootOfInclusion } from '../protocol/merkle.ts'
import { type Check, type Finding, pointer } from './finding.ts'

/** The part of the history that a leaf holds: events from `first` on, before `end`. */
interface Part {
  readonly leaf: number
  readonly first: number
  readonly end: number
}

/** Of a bundle, or of what is left of one. */
type Logged = Pick<RedactedBundle, 'taskId' | 'events' | 'leaves' | 'checkpoint'>
type Entry = Logged['events'][number]
type Hashes = readonly Entry['hash'][]

/**
 * Whether each event is in the evidence log as it stands here: its content, its number in the history and its type are
 * in a leaf, and the leaf's path leads to the root of the checkpoint.
 * @returns also the indexes of the events of which this is true: what may be trusted when two places contradict.
 */
export function checkEvents(bundle: Logged): Check & { readonly sound: ReadonlySet<number> } {
  const { events, leaves } = bundle
  // Of what is withheld there is nothing but the hash.
  const hashes = events.map(entry => ('event' in entry ? contentHash(entry.event) : entry.hash))
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
function divide(bundle: Logged, hashes: Hashes): { parts: Part[]; findings: Finding[] } {
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

function leadsToRoot({ taskId, events, leaves, checkpoint }: Logged, part: Part, hashes: Hashes): boolean {
  const named = indexesOf(part).map(index => ({ type: typeOf(events[index]!), hash: hashes[index]! }))
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
function strayedOf(bundle: Logged, part: Part, hashes: Hashes): Strayed {
  if (leadsToRoot(bundle, part, hashes)) return { events: [], whole: false }
  const listed = bundle.events.map(({ hash }) => hash)
  const held = indexesOf(part)
  if (!leadsToRoot(bundle, part, listed)) return { events: held, whole: true }
  return { events: held.filter(index => hashes[index] !== listed[index]), whole: false }
}

function findingsOf({ events }: Logged, { leaf, first, end }: Part, strayed: Strayed): Finding[] {
  if (strayed.whole) {
    const what = `with its path it does not lead to the root: it is not the leaf of events ${first} to ${end - 1}`
    return [{ where: pointer('leaves', leaf), what }]
  }
  return strayed.events.map(index => ({
    where: pointer('events', index),
    what: `this ${typeOf(events[index]!)} is not what was logged: its leaf names another hash`,
  }))
}

/** The event is as it was logged, the hash beside it is not its hash. */
function misnamed({ events }: Logged, hashes: Hashes, sound: ReadonlySet<number>): Finding[] {
  return events.flatMap((entry, index) =>
    entry.hash === hashes[index] || !sound.has(index)
      ? []
      : [{ where: pointer('events', index, 'hash'), what: `it is not the hash of this ${typeOf(entry)}` }],
  )
}

function typeOf(entry: Entry): string {
  return 'event' in entry ? entry.event.type : entry.withheld
}

function outOfOrder(leaves: Logged['leaves']): Finding[] {
  return leaves.flatMap(({ index }, at) => {
    const before = leaves[at - 1]?.index ?? -1
    if (index > before) return []
    return [{ where: pointer('leaves', at, 'index'), what: `leaf ${index} does not come after ${before}` }]
  })
}

function indexesOf({ first, end }: Part): number[] {
  return Array.from({ length: end - first }, (_, offset) => first + offset)
}
