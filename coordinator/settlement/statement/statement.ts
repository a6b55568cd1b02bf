import type { Hex } from '../../../protocol/hash.ts'
import type { AgentId } from '../../../protocol/ids.ts'
import { type Holdings, type Movement, type Movements, nothing } from './movements.ts'

/** Milliseconds since 1970; `toMs` is the first that is not in it any more. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** Whose money, in which period, on which chain. */
export interface Statement {
  /** `agent 7`, or `domain weather`. */
  readonly of: string
  readonly chainId: number
  readonly escrow: Hex
  readonly period: Period
  readonly agents: readonly AgentStatement[]
  /** All holdings were compared with the chain's as after this block. */
  readonly reconciledAtBlock: number
}

export interface AgentStatement {
  readonly agentId: AgentId
  readonly opening: Holdings
  readonly movements: readonly Movement[]
  readonly closing: Holdings
}

/** What moved of an agent's in a period, between what it had before and what it had after. */
export function agentStatement(movements: Movements, agentId: AgentId, { fromMs, toMs }: Period): AgentStatement {
  const own = movements.all.filter(movement => movement.agentId === agentId)
  const inside = own.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const opening = own.findLast(({ atMs }) => atMs < fromMs)?.after ?? nothing
  return { agentId, opening, movements: inside, closing: inside.at(-1)?.after ?? opening }
}
