import { Outputs } from './outputs.ts'
import { indexOf, type Node } from './plan-index.ts'
import { heldBy } from './price.ts'
import { hasEnded, type SubtaskProgress } from './progress.ts'
import { emptyOverview, isEnded, type ListCount, type Live, type Overview, type Task } from './state.ts'

const noItems: ListCount = { left: 0, running: 0, endedMs: 0 }

type Progresses = Task['subtasks']

/** From the subtasks alone: when the plan is made or grows, and when a task is read that was kept without. */
export function overviewOf(task: Omit<Task, 'overview'>): Overview {
  const { plan, submitted, subtasks } = task
  if (!plan || !submitted || isEnded(task)) return emptyOverview
  const { all } = indexOf(plan)
  const nodes = [...subtasks.values()].flatMap(progress => {
    const node = all.get(progress.id)
    return node ? [{ node, progress }] : []
  })
  const places = new Map([...subtasks.keys()].map((id, place) => [id, place]))
  const parts = nodes.flatMap(({ progress }) => (progress.part ? [{ list: progress.part.of, progress }] : []))
  return {
    places,
    live: nodes.filter(({ node, progress }) => !hasEnded(progress) && isNext(node, subtasks)),
    lists: parts.reduce((lists, { list, progress }) => counted(lists, list, null, progress), emptyOverview.lists),
    outputs: new Outputs(subtasks),
    held: nodes.reduce((sum, { progress }) => sum + heldBy(progress, submitted.terms), 0n),
    givenAtMs: givenAtMs(subtasks.values()),
  }
}

/** After an event of one subtask. */
export function overviewAfter(
  { plan, submitted, overview }: Task,
  subtasks: Progresses,
  before: SubtaskProgress,
  after: SubtaskProgress,
): Overview {
  if (!plan || !submitted) return overview
  const { terms } = submitted
  const ends = hasEnded(after) && !hasEnded(before)
  const { places } = overview
  const live = [...overview.live]
  const at = live.findIndex(({ progress }) => progress === before)
  if (at >= 0) live.splice(at, 1, ...(ends ? [] : [{ node: live[at]!.node, progress: after }]))
  const begun = ends ? (indexOf(plan).followers.get(after.id) ?? []) : []
  for (const node of begun) {
    const progress = subtasks.get(node.id)!
    if (!hasEnded(progress) && isNext(node, subtasks)) insert(live, { node, progress }, places)
  }
  return {
    places,
    live,
    lists: after.part ? counted(overview.lists, after.part.of, before, after) : overview.lists,
    outputs: ends && !after.part ? new Outputs(subtasks) : overview.outputs,
    held: overview.held + heldBy(after, terms) - heldBy(before, terms),
    givenAtMs: lastGiven(overview, subtasks, before, after),
  }
}

/** Clocks differ: another attempt may be said to be earlier than the one in whose place it is. */
function lastGiven(overview: Overview, subtasks: Progresses, before: SubtaskProgress, after: SubtaskProgress): number {
  const isReplaced = before.assigned !== null && before.assigned !== after.assigned
  if (isReplaced && before.assigned!.atMs === overview.givenAtMs) return givenAtMs(subtasks.values())
  return Math.max(overview.givenAtMs, givenAtMs([after]))
}

/** When the last of these was assigned; 0 where none was. */
export function givenAtMs(subtasks: Iterable<SubtaskProgress>): number {
  let latest = 0
  for (const { assigned } of subtasks) latest = Math.max(latest, assigned?.atMs ?? 0)
  return latest
}

function isNext({ after }: Node, subtasks: Progresses): boolean {
  return after.every(id => hasEnded(subtasks.get(id)))
}

function counted(
  lists: Overview['lists'],
  list: string,
  before: SubtaskProgress | null,
  after: SubtaskProgress,
): Overview['lists'] {
  const { left, running, endedMs } = lists.get(list) ?? noItems
  const was = before ? weigh(before) : { left: 0, running: 0 }
  const is = weigh(after)
  return lists.set(list, {
    left: left + is.left - was.left,
    running: running + is.running - was.running,
    endedMs: hasEnded(after) ? Math.max(endedMs, after.sinceMs) : endedMs,
  })
}

function weigh(item: SubtaskProgress) {
  const left = hasEnded(item) ? 0 : 1
  return { left, running: item.phase === 'waiting' ? 0 : left }
}

function insert(live: Live[], added: Live, places: Overview['places']): void {
  const place = places.get(added.node.id)!
  const at = live.findIndex(({ node }) => places.get(node.id)! > place)
  live.splice(at === -1 ? live.length : at, 0, added)
}
