import { quantile, type Row } from '../print-table.ts'

/** So many tasks at a time, each a chain of so many steps that do nothing. */
export interface Level {
  readonly inFlight: number
  readonly steps: number
}

/**
 * Enough steps that a level takes seconds of everybody, and that what a task costs beside them weighs little; fewer where there
 * are many tasks, or the slowest would not end in time.
 */
export const usualLevels: readonly Level[] = [
  { inFlight: 1, steps: 100 },
  { inFlight: 64, steps: 100 },
  { inFlight: 1_000, steps: 20 },
]

/** What a system runs before it is measured: many chains, again and again until they have taken so long, and then one. */
export interface WarmUp {
  readonly many: Level
  readonly forMs: number
  readonly one: Level
}

/**
 * The same time for every system. Its caches are filled by then, and V8 has optimised most of what runs often: of a coordinator that
 * takes some forty thousand steps and several rounds, since code is made for what it has seen, and made again when something else
 * comes. Where little is measured it runs little.
 */
export function warmUpFor(levels: readonly Level[]): WarmUp {
  const measured = Math.max(...levels.map(({ inFlight, steps }) => inFlight * steps))
  const steps = Math.min(100, Math.max(10, Math.ceil((2 * measured) / 64)))
  return { many: { inFlight: 64, steps }, forMs: measured < 5_000 ? 0 : 60_000, one: { inFlight: 1, steps: 20 } }
}

/** A level that takes longer is cut off there, and its row says so. */
export const levelLimitMs = 90_000

/** One step: from the end of the one before it in its task to its own. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** What a level came to. */
export interface Figures {
  readonly system: string
  readonly level: Level
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Why they are not the whole story. */
  readonly note: string
}

/** The spans between the ends of the steps of each task, given in their order. */
export function spansBetween(ends: Iterable<readonly number[]>): Span[] {
  return [...ends].flatMap(times => times.slice(1).map((toMs, index) => ({ fromMs: times[index]!, toMs })))
}

/**
 * Levels as they are written on the command line, `1x60,64x20`: so many tasks of so many steps each.
 * @throws Error that says what is wrong
 */
export function readLevels(text: string): Level[] {
  return text.split(',').map(part => {
    const [, inFlight, steps] = /^(\d+)x(\d+)$/.exec(part) ?? []
    if (!Number(inFlight) || Number(steps) < 2) {
      throw new Error(`--levels takes tasks and steps (two or more), as in 1x60,64x20; not ${part}`)
    }
    return { inFlight: Number(inFlight), steps: Number(steps) }
  })
}

/** Steps a second in the middle four fifths of the run: neither while it begins, nor while it runs dry. */
export function figuresOf(system: string, level: Level, spans: readonly Span[], isCut = false): Figures {
  const ends = spans.map(({ toMs }) => toMs).sort((a, b) => a - b)
  const [from, to] = [quantile(ends, 0.1), quantile(ends, 0.9)]
  const latencies = spans.map(({ fromMs, toMs }) => toMs - fromMs)
  return {
    system,
    level,
    perSecond: (spans.length * 0.8 * 1_000) / (to - from),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    note: isCut ? `cut off after ${levelLimitMs / 1_000} s, at ${spans.length} steps` : '',
  }
}

/** Of several rounds the median of each figure, for each system and level. */
export function mediansOf(rounds: readonly (readonly Figures[])[]): Figures[] {
  if (rounds.length === 1) return [...rounds[0]!]
  const groups = Map.groupBy(rounds.flat(), ({ system, level }) => `${system} ${level.inFlight}`)
  return [...groups.values()].map(group => {
    const median = (figure: 'perSecond' | 'p50Ms' | 'p99Ms') =>
      quantile(
        group.map(each => each[figure]),
        0.5,
      )
    const [least, most] = [0, 1].map(share =>
      Math.round(
        quantile(
          group.map(({ perSecond }) => perSecond),
          share,
        ),
      ),
    )
    const note = [`${least} to ${most}`, ...new Set(group.map(({ note }) => note).filter(Boolean))].join('; ')
    const { system, level } = group[0]!
    return { system, level, perSecond: median('perSecond'), p50Ms: median('p50Ms'), p99Ms: median('p99Ms'), note }
  })
}

/** One system under another, for each level; what Entente does is the measure of each. */
export function sideBySide(levels: readonly Level[], all: readonly Figures[]): Row[] {
  return levels.flatMap(({ inFlight }) => {
    const here = all.filter(({ level }) => level.inFlight === inFlight)
    const ours = here.find(({ system }) => system === 'Entente')
    return here.map(({ system, perSecond, p50Ms, p99Ms, note }) => ({
      'in flight': inFlight,
      system,
      'steps/s': Math.round(perSecond),
      'p50 ms': p50Ms,
      'p99 ms': p99Ms,
      'Entente / this': ours ? Number((ours.perSecond / perSecond).toPrecision(2)) : '',
      note,
    }))
  })
}
