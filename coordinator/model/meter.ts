import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { TalkMessage } from '../../protocol/planning.ts'
import type { Said, Tokens } from './ask-model.ts'

/** What asking a model may take; the task's own budget is another matter. */
export interface ModelLimits {
  readonly tokens: number
  readonly timeMs: number
  /** Millionths of the currency of the prices; null where nobody counts. */
  readonly cost: bigint | null
  /** For a million tokens, in millionths of a currency. */
  readonly prices: { readonly input: bigint; readonly output: bigint }
}

export const defaultLimits: ModelLimits = {
  tokens: 60_000,
  timeMs: 120_000,
  cost: null,
  prices: { input: 0n, output: 0n },
}

const MILLION = 1_000_000n
const LONGEST_ANSWER = 8_000
/** Below this no answer fits. */
const SHORTEST_ANSWER = 200
/** A token is some four bytes of English, and three of Chinese. */
const BYTES_PER_TOKEN = 3

export interface Meter {
  readonly spent: () => Tokens
  /**
   * What the next call may take.
   * @throws EntenteError when that is less than an answer takes
   */
  allow(messages: readonly TalkMessage[]): { readonly maxTokens: number; readonly timeoutMs: number }
  /** Counts a call, as the endpoint does, or by length where it does not. */
  count(messages: readonly TalkMessage[], said: Said): void
}

/**
 * Counts from now on.
 * @param over what it comes to when more would be taken
 */
export function openMeter(limits: ModelLimits, over: ErrorCode): Meter {
  const endMs = performance.now() + limits.timeMs
  let spent: Tokens = { input: 0, output: 0 }
  return {
    spent: () => spent,
    allow(messages) {
      const input = spent.input + estimate(messages)
      const left = Math.min(limits.tokens - input - spent.output, affordable(limits, { input, output: spent.output }))
      const timeoutMs = Math.floor(endMs - performance.now())
      if (timeoutMs <= 0) throw new EntenteError(over, `the model has taken the ${limits.timeMs} ms that it may`)
      if (left >= SHORTEST_ANSWER) return { maxTokens: Math.min(left, LONGEST_ANSWER), timeoutMs }
      const cost = limits.cost === null ? '' : `, or of ${inUnits(limits.cost)} to spend`
      const what = `another call does not fit what is left of ${limits.tokens} tokens${cost}`
      throw new EntenteError(over, `${what}; ${spent.input} in and ${spent.output} out were spent`)
    },
    count(messages, { text, tokens }) {
      const used = tokens ?? { input: estimate(messages), output: estimate([{ role: 'assistant', content: text }]) }
      spent = { input: spent.input + used.input, output: spent.output + used.output }
    },
  }
}

function affordable({ cost, prices }: ModelLimits, { input, output }: Tokens): number {
  if (cost === null || prices.output === 0n) return Number.POSITIVE_INFINITY
  const left = cost * MILLION - BigInt(input) * prices.input - BigInt(output) * prices.output
  return left <= 0n ? 0 : Number(left / prices.output)
}

function estimate(messages: readonly TalkMessage[]): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(Buffer.byteLength(content) / BYTES_PER_TOKEN), 0)
}

const inUnits = (millionths: bigint) => `${Number(millionths) / 1e6}`
