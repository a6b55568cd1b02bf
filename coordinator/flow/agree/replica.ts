import type { Json } from '../../../protocol/canonical.ts'
import type { Deviation } from '../../../protocol/verdict.ts'

export interface Replica {
  readonly agentId: string
  readonly output: Json
  /** How much its word counts, 0 or more; 1 where nothing is said. */
  readonly weight?: number
}

export type Deviate = (deviation: Deviation) => void

export function weightOf(replicas: readonly Replica[]): number {
  return replicas.reduce((sum, { weight = 1 }) => sum + weight, 0)
}
