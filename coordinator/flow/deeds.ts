import { goldAnswersOf } from './gold-attempt.ts'
import { type Word, wordsOf } from './reputation.ts'
import type { Task } from './state.ts'

/** How an agent did at a skill in one task: words for and against it, and how long a result of its that stood took. */
export type Deed = Pick<Word, 'agentId' | 'domainId' | 'skill'> & {
  readonly good: number
  readonly bad: number
  /** Of the good, and of the bad, those that gold told; absent where none was. */
  readonly gold?: readonly [good: number, bad: number]
  readonly tookMs?: number
}

/** What a task says of its agents once it is settled, and its end recorded: the last that it ever says. */
export interface Deeds {
  readonly atMs: number
  /** The requesting domain; null of a task that a response plan opened. */
  readonly by: string | null
  readonly of: readonly Deed[]
  /** What they said to gold; absent where none was asked. */
  readonly gold?: ReturnType<typeof goldAnswersOf>
}

/** Null while a task may still change, and of one that says nothing. */
export function deedsOf(task: Task): Deeds | null {
  if (!task.proven || !task.settled) return null
  const deeds = new Map<string, Deed>()
  for (const { agentId, domainId, skill, good, gold } of wordsOf(task)) {
    const key = `${skill}/${agentId}`
    const deed = deeds.get(key) ?? { agentId, domainId, skill, good: 0, bad: 0 }
    const [known, knownBad] = deed.gold ?? [0, 0]
    const told = gold ? { gold: [known + (good ? 1 : 0), knownBad + (good ? 0 : 1)] as const } : {}
    deeds.set(key, { ...deed, ...told, good: deed.good + (good ? 1 : 0), bad: deed.bad + (good ? 0 : 1) })
  }
  const times = timesOf(task)
  const of = [...deeds].map(([key, deed]) => {
    const took = times.get(key)
    return took ? { ...deed, tookMs: Math.round(took.reduce((a, b) => a + b) / took.length) } : deed
  })
  const gold = goldAnswersOf(task)
  const told = gold.length > 0 ? { gold } : {}
  return of.length > 0 ? { atMs: task.proven.atMs, by: task.submitted!.requester.domainId, of, ...told } : null
}

/** By skill and agent, of results that stand. What an agent says it took is no more than there was. */
function timesOf({ subtasks }: Task): Map<string, number[]> {
  const times = new Map<string, number[]>()
  for (const { assigned, results, verdict, phase } of subtasks.values()) {
    if (!assigned || phase !== 'completed') continue
    for (const agentId of verdict?.accepted ?? []) {
      const key = `${assigned.skill}/${agentId}`
      const tookMs = Math.min(results.get(agentId)?.tookMs ?? 0, assigned.deadlineMs - assigned.atMs)
      const others = times.get(key)
      if (others) others.push(tookMs)
      else times.set(key, [tookMs])
    }
  }
  return times
}
