import { headerOf, type Ledger } from '../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger, type SettledTask } from '../../coordinator/flow/batch/build-batch.ts'
import { writeBatchFile } from '../../coordinator/settlement/batch-file.ts'
import type { PostedBatch } from '../../coordinator/settlement/posted-batches.ts'
import type { Batch, Earning } from '../../protocol/batch.ts'
import { sha256 } from '../../protocol/hash.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { randomTask } from '../coordinator/flow/batch/scene.ts'
import { withGround } from '../harness/gateway-ground.ts'
import { type Random, seeded } from '../harness/seeded.ts'
import { type Court, openCourt } from './court.ts'
import { type Draft, type Kind, kinds, type Spoilt } from './spoil.ts'

/** Below the contract's 64, so that a wrong one still has room on those that wait. */
const mostWaiting = 48
const daySeconds = 86_400
const blockTimeS = 0.1

export interface AdversaryOutcome {
  readonly holds: boolean
  readonly kinds: readonly { readonly kind: string; readonly posted: number; readonly condemned: number }[]
  readonly right: number
  readonly final: number
  readonly seconds: number
  /** What was not as it should be. */
  readonly findings: readonly string[]
}

/** Posts wrong batches and right ones in turn, and says what became of them. */
export async function runAdversaries(
  { seed, batches }: { seed: string; batches: number },
  { onStep, signal }: { onStep: (text: string) => void; signal: AbortSignal },
): Promise<AdversaryOutcome> {
  const startedMs = performance.now()
  return withGround(
    async ground => {
      const court = await openCourt(ground)
      const tower = await court.startTower()
      try {
        onStep('the court is open')
        const run = new Run(court, seed)
        for (let round = 0; round < batches; round++) {
          signal.throwIfAborted()
          await run.postRight(round)
          await run.postWrong(round)
          if ((round + 1) % 50 === 0) onStep(`${round + 1} wrong and ${round + 1} right batches`)
        }
        await run.finaliseAll()
        return { ...run.outcome(), seconds: Math.round((performance.now() - startedMs) / 1_000) }
      } finally {
        await tower.stop()
        await court.stop()
      }
    },
    { blockTimeS },
  )
}

interface Right {
  readonly id: bigint
  readonly batch: Batch
  readonly ledger: Ledger
}

class Run {
  readonly #court: Court
  readonly #seed: string
  readonly #counts = new Map<string, { posted: number; condemned: number }>()
  readonly #findings: string[] = []
  /** Right batches that wait for their window to be over, the oldest first. */
  #waiting: Right[] = []
  #earnings: readonly Earning[] = []
  #tip = 0n
  #latest = 0n
  #earlier: SettledTask | undefined
  #right = 0
  #final = 0

  constructor(court: Court, seed: string) {
    this.#court = court
    this.#seed = seed
  }

  async postRight(round: number): Promise<void> {
    const random = seeded(`${this.#seed}/right/${round}`)
    const draft = await this.#draft(random)
    // The first is settled again in a wrong batch, also after a window's day: its order must still allow it then.
    const lasting = draft.task(order => ({ ...order, deadline: order.deadline + 2n * BigInt(daySeconds) }))
    const settled = [lasting, ...Array.from({ length: random.below(3) }, () => draft.task())]
    const ledger = buildLedger(settled, draft.parent)
    const { id, batch } = await this.#post({ ledger })
    this.#waiting.push({ id, batch, ledger })
    ;[this.#tip, this.#earnings, this.#earlier] = [id, ledger.earnings, lasting]
    this.#right += 1
    await this.#court.until(`the tower sees that batch ${id} is right`, async () => {
      const { open } = await this.#court.figures()
      const seen = open.find(each => each.id === `${id}`)
      if (seen?.verdict === 'wrong') throw new Error(`right batch ${id} (round ${round}): ${seen.why}`)
      return seen?.verdict === 'right' ? true : undefined
    })
    if (this.#waiting.length >= mostWaiting) await this.finaliseAll()
  }

  async postWrong(round: number): Promise<void> {
    const kind = kinds[round % kinds.length]!
    const spoilt = await this.#spoil(kind, round)
    const { id } = await this.#post(spoilt)
    const count = this.#counts.get(kind.name) ?? { posted: 0, condemned: 0 }
    const fallen = await this.#awaitFall(id)
    const { rule, challenger } = fallen?.condemned ?? {}
    const isOurs = fallen?.status === 'condemned' && challenger === this.#court.ground.tower
    const isSo = isOurs && kind.falls.includes(rule!)
    if (!isSo)
      this.#findings.push(`${kind.name} (round ${round}, batch ${id}): ${fallen?.status ?? 'stands'} by ${rule}`)
    this.#counts.set(kind.name, { posted: count.posted + 1, condemned: count.condemned + (isSo ? 1 : 0) })
    if (!fallen) throw new Error(`${kind.name} (round ${round}) was not challenged`)
  }

  /** What is demanded falls due by the chain's time, which the run lets pass. */
  async #awaitFall(id: bigint): Promise<PostedBatch | null> {
    const fallen = () => {
      const posted = this.#court.batches.get(id)
      return posted && posted.status !== 'posted' ? posted : undefined
    }
    const what = `batch ${id} falls`
    const seen = await this.#court
      .until(what, () => fallen() ?? (this.#court.batches.get(id)?.demands.size ? 'demanded' : undefined))
      .catch(() => null)
    if (seen !== 'demanded') return seen
    await this.#court.skip(daySeconds / 4 + 60)
    return this.#court.until(what, fallen).catch(() => null)
  }

  async finaliseAll(): Promise<void> {
    if (this.#waiting.length === 0) return
    await this.#court.skip(daySeconds + 60)
    for (const { id, batch } of this.#waiting) await this.#court.settle('Batches', 'finalise', [id, batch])
    this.#final += this.#waiting.length
    this.#waiting = []
  }

  outcome(): Omit<AdversaryOutcome, 'seconds'> {
    const byKind = [...this.#counts].map(([kind, count]) => ({ kind, ...count }))
    const all = byKind.every(({ posted, condemned }) => posted === condemned)
    const holds = all && this.#findings.length === 0 && this.#right === this.#final
    return { holds, kinds: byKind, right: this.#right, final: this.#final, findings: this.#findings }
  }

  async #draft(random: Random): Promise<Draft> {
    const cast = await this.#court.cast()
    const task: Draft['task'] = spoil => randomTask(random, cast, spoil)
    return { random, cast, parent: this.#earnings, earlier: this.#earlier, task }
  }

  /** Draws until there is something to break. */
  async #spoil(kind: Kind, round: number): Promise<Spoilt> {
    for (let draw = 0; ; draw++) {
      const random = seeded(`${this.#seed}/wrong/${round}/${draw}`)
      const draft = await this.#draft(random)
      const right = buildLedger([draft.task(), draft.task(), draft.task()], draft.parent)
      const spoilt = kind.spoil(draft, right)
      if (spoilt) return spoilt
    }
  }

  async #post({ ledger, published = ledger, header = batch => batch }: Spoilt): Promise<{ id: bigint; batch: Batch }> {
    const { ground, settle } = this.#court
    const file = writeBatchFile(published ?? ledger)
    const data = published ? await putArtifact(ground.nc, file) : sha256(file)
    const evidenceSize = BigInt((await this.#court.cast()).evidence.length)
    const batch = header(headerOf(ledger, { parent: this.#tip, data, evidenceSize }))
    await settle('Batches', 'post', [batch])
    this.#latest += 1n
    return { id: this.#latest, batch }
  }
}
