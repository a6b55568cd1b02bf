import { z } from 'zod'
import type { ChainEvent } from '../protocol/chain-event.ts'
import { type ParameterKey, type Parameters, parameters } from '../protocol/consortium.ts'
import { Bytes32, slugFromBytes32 } from '../protocol/ids.ts'

/** One change of the consortium's parameters, as ConfigRegistry logged it. */
export const ParameterChange = z.object({
  /** Counts all changes from 1, as the registry's `revision` does. */
  revision: z.int().min(1),
  key: z.string(),
  /** In decimal; null where a value that was announced is taken back. */
  value: z
    .string()
    .regex(/^\d{1,78}$/)
    .nullable(),
  /** The key's own version, as the registry numbers it. */
  version: z.int(),
  /** From when on it holds; null where it is taken back. */
  effectiveAtMs: z.int().nullable(),
  blockNumber: z.int(),
  blockHash: Bytes32,
  txHash: Bytes32,
  logIndex: z.int(),
  atMs: z.int(),
})
export type ParameterChange = z.infer<typeof ParameterChange>

/** What holds from a time until the next one. */
export interface Period {
  readonly fromMs: number
  readonly parameters: Parameters
}

/** What the chain says of each parameter: a fold of ConfigRegistry's events. Replays change nothing. */
export class ChainParameters {
  readonly #changes: ParameterChange[]

  /** @param changes those of a fold before, from the first on */
  constructor(changes: readonly ParameterChange[] = []) {
    this.#changes = [...changes]
  }

  /** Every change, oldest first. */
  get changes(): readonly ParameterChange[] {
    return this.#changes
  }

  take({ contract, event, args, blockNumber, blockHash, blockTimeMs: atMs, txHash, logIndex }: ChainEvent): void {
    if (contract !== 'ConfigRegistry' || (event !== 'ConfigSet' && event !== 'ConfigWithdrawn')) return
    const last = this.#changes.at(-1)
    if (last && (blockNumber - last.blockNumber || logIndex - last.logIndex) <= 0) return
    const isSet = event === 'ConfigSet'
    this.#changes.push({
      revision: this.#changes.length + 1,
      key: slugFromBytes32(String(args.key)),
      value: isSet ? String(args.value) : null,
      version: Number(args.version),
      effectiveAtMs: isSet ? Number(args.effectiveAt) * 1_000 : null,
      ...{ blockNumber, blockHash, txHash, logIndex, atMs },
    })
  }

  /** What was set, without what was taken back again; a value that no parameter of ours takes counts for nothing. */
  get standing(): ParameterChange[] {
    const taken = new Set(this.#changes.filter(({ value }) => value === null).map(nameOf))
    return this.#changes.filter(each => each.value !== null && !taken.has(nameOf(each)) && isTaken(each))
  }

  /** What is in force at a time; `otherwise` for what the chain says nothing of. */
  at(timeMs: number, otherwise: Parameters): Parameters {
    const said = this.standing.filter(({ effectiveAtMs }) => effectiveAtMs! <= timeMs)
    return { ...otherwise, ...Object.fromEntries(said.map(({ key, value }) => [key, Number(value)])) }
  }

  /** How some of the parameters change in time, as far as it is announced; the first period begins with time. */
  periods(keys: readonly ParameterKey[], otherwise: Parameters): Period[] {
    const times = this.standing.flatMap(({ key, effectiveAtMs }) =>
      (keys as readonly string[]).includes(key) ? [effectiveAtMs!] : [],
    )
    const starts = [0, ...new Set(times.toSorted((a, b) => a - b))]
    return starts.map(fromMs => ({ fromMs, parameters: this.at(fromMs, otherwise) }))
  }
}

/** One version names one value of a key for ever. */
function nameOf({ key, version }: ParameterChange): string {
  return `${key}@${version}`
}

function isTaken({ key, value }: ParameterChange): boolean {
  return Object.hasOwn(parameters, key) && BigInt(value!) <= BigInt(parameters[key as ParameterKey].most)
}
