import type { Address } from '../../../protocol/ids.ts'
import type { TowerFigures } from '../../../protocol/tower-figures.ts'
import type { Log } from '../../../stack/log.ts'
import type { PostedBatch, PostedBatches } from '../posted-batches.ts'

type Judged = Pick<TowerFigures['open'][number], 'verdict' | 'why'> & { readonly unlogged?: number }

/** What a tower makes of each batch, for people and for whoever asks. */
export class Verdicts {
  readonly #log: Log
  readonly #judged = new Map<bigint, Judged>()

  constructor(log: Log) {
    this.#log = log
  }

  isRight(id: bigint): boolean {
    return this.#judged.get(id)?.verdict === 'right'
  }

  /** Says it once. */
  say(id: bigint, judged: Judged): void {
    const before = this.#judged.get(id)
    this.#judged.set(id, judged)
    if (before?.verdict === judged.verdict && before.why === judged.why) return
    const { verdict, why, unlogged = 0 } = judged
    const batch = `${id}`
    if (verdict === 'right') this.#log.info({ batch, unlogged }, 'batch is right: left alone')
    else if (verdict === 'contradicted') this.#log.error({ batch, why }, 'batch is not what the logs of its tasks say')
    else if (verdict === 'wrong') this.#log.warn({ batch, why }, 'batch is wrong')
    else this.#log.warn({ batch, why }, 'batch cannot be judged yet')
  }

  figures(batches: PostedBatches, account: Address): TowerFigures {
    const all = [...batches.values()]
    const count = (is: (posted: PostedBatch) => boolean) => all.filter(is).length
    return {
      account,
      watched: all.length,
      waiting: count(({ status }) => status === 'posted'),
      right: [...this.#judged.values()].filter(({ verdict }) => verdict === 'right').length,
      condemned: count(({ status }) => status === 'condemned'),
      condemnedByUs: count(({ condemned }) => condemned?.challenger === account),
      open: all
        .filter(({ status }) => status === 'posted')
        .map(({ id, demands }) => {
          const judged: Judged = this.#judged.get(id) ?? { verdict: 'unjudged', why: 'not looked at yet' }
          return { id: `${id}`, demands: demands.size, unlogged: 0, ...judged }
        }),
    }
  }
}
