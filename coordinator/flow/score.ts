import { fromHex, type Hex, keccak256 } from '../../protocol/hash.ts'
import { lastFor } from '../../protocol/once-for.ts'
import { drawnWorth, type TrackRecord } from './reputation.ts'

/** What a score is of. */
export interface Scored {
  readonly agentId: string
  readonly domainId: string
  readonly price: string
  readonly stake: string
  readonly load: number
  readonly reputation?: TrackRecord
  readonly tookMs?: number
}

/** What it is for. */
export interface Scoring {
  readonly taskId: string
  readonly subtaskId: string
  readonly attempt: number
  /** Agents that failed this subtask before. */
  readonly failed: readonly string[]
  /** Time for an attempt, which what an agent takes is measured by; absent where nobody measures. */
  readonly deadlineMs?: number
  /** See `seed` in `state.ts`; null where there is none, and draws hang on the task alone. */
  readonly seed?: Hex | null
}

/** Money counts in units of the token. */
const unit = 1e6
const mostStake = 10_000
/** An agent that takes all the time there is. */
const mostForTime = 20

/** What each thing that is known adds to a score, or takes from it; what is not known is left out. */
export interface Parts {
  readonly stake: number
  readonly price: number
  readonly load: number
  readonly reputation?: number
  readonly time?: number
  readonly failed?: number
}

/**
 * Stake, free hands and a good name speak for an agent; its price, the time that it takes and its failures at this very
 * subtask against it. A name that is good beyond doubt is worth as much as the largest stake that counts; it is drawn from
 * what is known, so that who is new is tried now and then. Who has never been timed is believed to be quick: it costs one
 * attempt to find out. No agent's score hangs on who the others are.
 */
export function partsOf(wish: Scoring, { agentId, domainId, reputation, tookMs, ...asks }: Scored): Parts {
  const { deadlineMs } = wish
  const isTimed = tookMs !== undefined && deadlineMs !== undefined
  return {
    stake: stakeOf(asks) / 100,
    price: -Number(asks.price) / unit / 10,
    load: -asks.load * 10,
    ...(reputation ? { reputation: Math.round(100 * drawnWorth(reputation, normal(wish, domainId))) } : {}),
    ...(isTimed ? { time: -mostForTime * Math.min(1, tookMs / deadlineMs) } : {}),
    ...(wish.failed.includes(agentId) ? { failed: -10_000 } : {}),
  }
}

/** Whole points: the sum of the parts, rounded. */
export function scoreOf({ stake, price, load, reputation, time, failed }: Parts): number {
  const sum = stake + price + load + (reputation ?? 0) + (time ?? 0) + (failed ?? 0)
  // Minus zero is another number than zero where they are compared, and the same where they are written down.
  return Math.round(sum) + 0
}

/** The parts in words: told of who is chosen. */
export function reasonsOf(wish: Scoring, candidate: Scored, { reputation, time, failed }: Parts): string[] {
  return [
    `stake ${stakeOf(candidate)}`,
    `price ${Number(candidate.price) / unit}`,
    `load ${candidate.load}`,
    ...(reputation === undefined ? [] : [`reputation drawn at ${reputation} of 100`]),
    ...(time === undefined ? [] : [`takes ${candidate.tookMs} of ${wish.deadlineMs} ms`]),
    ...(failed === undefined ? [] : ['failed this subtask before']),
  ]
}

function stakeOf({ stake }: Pick<Scored, 'stake'>): number {
  return Math.min(Number(stake) / unit, mostStake)
}

/**
 * Of equals, who goes first: a lot for each domain, then one for each of its agents, so that to come as many gains nothing.
 */
export function lotOf(wish: Scoring, { domainId, agentId }: Pick<Scored, 'domainId' | 'agentId'>): string {
  return `${draw(wish, `domain/${domainId}`)}/${draw(wish, `agent/${agentId}`)}`
}

/** A standard normal number, near enough: twelve uniform ones summed. All agents of a domain share it. */
function normal(wish: Scoring, domainId: string): number {
  const bytes = fromHex(draw(wish, `reputation/${domainId}`))
  let sum = -6
  for (let place = 0; place < 12; place++) sum += bytes.readUInt16BE(2 * place) / 2 ** 16
  return sum
}

/** What was drawn for a wish, by purpose: its candidates are scored more than once. */
const drawnFor = lastFor((_: Scoring) => new Map<string, Hex>())

/** 32 bytes for each purpose, from what is in the log. */
function draw(wish: Scoring, purpose: string): Hex {
  const draws = drawnFor(wish)
  const hash = draws.get(purpose) ?? drawAnew(wish, purpose)
  draws.set(purpose, hash)
  return hash
}

function drawAnew({ seed, taskId, subtaskId, attempt }: Scoring, purpose: string): Hex {
  return keccak256(Buffer.from(`${seed ?? ''}/${taskId}/${subtaskId}/${attempt}/${purpose}`))
}
