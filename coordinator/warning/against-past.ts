/** One of many: whether it went badly, and how long it took where that matters. */
export interface Outcome {
  readonly atMs: number
  readonly bad: boolean
  readonly tookMs?: number
}

/** As much as is remembered of each thing. */
const kept = 256

/** What happened to each of many things, the latest last. */
export class Histories {
  readonly #of = new Map<string, Outcome[]>()

  add(key: string, outcome: Outcome): void {
    const history = this.#of.get(key) ?? []
    this.#of.set(key, history)
    history.push(outcome)
    if (history.length > kept) history.shift()
  }

  entries(): Iterable<[string, readonly Outcome[]]> {
    return this.#of.entries()
  }
}

export interface Span {
  readonly recent: number
  readonly past: number
  readonly rise: number
  readonly withinMs: number
}

/** A thing's present beside its own past. */
export interface Compared {
  readonly recent: readonly Outcome[]
  readonly past: readonly Outcome[]
  readonly recentShare: number
  readonly pastShare: number
  readonly risen: boolean
}

/** Null where there is too little of either to say anything. */
export function compare(history: readonly Outcome[], span: Span, atMs: number): Compared | null {
  const recent = history.slice(-span.recent)
  const past = history.slice(0, -span.recent)
  const isPresent = recent.length === span.recent && recent[0]!.atMs > atMs - span.withinMs
  if (!isPresent || past.length < span.past) return null
  const [recentShare, pastShare] = [shareOf(recent), shareOf(past)]
  return { recent, past, recentShare, pastShare, risen: recentShare > 0 && recentShare - pastShare >= span.rise }
}

/** Of the outcomes that say how long they took; null where none does. */
export function medianMs(outcomes: readonly Outcome[]): number | null {
  const times = outcomes.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b)
  return times.length === 0 ? null : times[Math.floor(times.length / 2)]!
}

function shareOf(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ bad }) => bad).length / outcomes.length
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
