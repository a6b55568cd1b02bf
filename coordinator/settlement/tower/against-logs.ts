import type { JetStreamManager } from '@nats-io/jetstream'
import { fitsLine, taskIdOf } from '../../../protocol/batch-lines.ts'
import { canonicalJson, contentHash, type Json } from '../../../protocol/canonical.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import { type OwnLines, ownLinesIn, ownLinesOf } from '../../flow/batch/own-lines.ts'
import { type KeptEntry, settledTaskOf } from '../../flow/batch/settled-task.ts'
import { contributionOf } from '../../flow/contribute.ts'
import { fold } from '../../flow/evolve.ts'
import { settlementOf } from '../../flow/settle.ts'
import { unknownTask } from '../../flow/state.ts'
import type { EvidenceLeaves } from '../evidence-leaves.ts'
import { readKeptEntries } from '../kept-entries.ts'

export interface Logs {
  readonly jsm: JetStreamManager
  readonly evidence: EvidenceLeaves
  readonly domain: SigningDomain
}

/** What the logs of the tasks say of a batch's lines. */
export interface LogVerdict {
  /** Lines that are not what follows from their task's log, and why. */
  readonly contradicted: readonly { readonly line: number; readonly why: string }[]
  /** Lines of tasks that have no log on this bus: of these there are the published lines alone. */
  readonly unlogged: number
  /** What is in a log and not in evidence yet; null when nothing is. */
  readonly missing: string | null
}

/**
 * Computes every line of a batch again from the log of its task: who contributed what, who is paid, and fined. What differs no
 * contract can see, as long as the lines agree with one another.
 */
export async function againstLogs({ jsm, evidence, domain }: Logs, ledger: Ledger): Promise<LogVerdict> {
  const contradicted: { line: number; why: string }[] = []
  let unlogged = 0
  let missing: string | null = null
  for (const [line, task] of ledger.tasks.entries()) {
    if (!fitsLine('TaskLine', task)) continue
    const taskId = taskIdOf(domain, task.order)
    const kept = await readKeptEntries(jsm, evidence, taskId)
    if (kept === 'unknown') unlogged++
    else if (kept === 'unsettled') contradicted.push({ line, why: `the log of task ${taskId} has no settlement` })
    else if ('unkept' in kept) missing = kept.unkept
    else {
      const why = contradiction(taskId, kept, ledger, line)
      if (why) contradicted.push({ line, why: `by the log of task ${taskId} ${why}` })
    }
  }
  return { contradicted, unlogged, missing }
}

function contradiction(taskId: `0x${string}`, kept: readonly KeptEntry[], ledger: Ledger, line: number): string | null {
  const task = fold(
    unknownTask(taskId),
    kept.flatMap(({ events }) => events),
  )
  const due = settlementOf(task, contributionOf(task))
  if (contentHash(due) !== task.settlement!.settlementHash) return 'its settlement is another than by the rules'
  try {
    return difference(ownLinesOf(settledTaskOf(taskId, kept), line), ownLinesIn(ledger, line))
  } catch (error) {
    if (error instanceof RangeError) return `no line can say how it ended: ${error.message}`
    throw error
  }
}

/** The first field that differs, in words. */
function difference(due: OwnLines, said: OwnLines): string | null {
  for (const kind of ['payments', 'penalties'] as const) {
    if (due[kind].length !== said[kind].length) return `there are ${due[kind].length} ${kind}, not ${said[kind].length}`
  }
  const pairs: [string, Json, Json][] = [
    ['the task', due.task, said.task],
    ...due.payments.map((each, place): [string, Json, Json] => [`payment ${place}`, each, said.payments[place]!]),
    ...due.penalties.map((each, place): [string, Json, Json] => [`penalty ${place}`, each, said.penalties[place]!]),
  ]
  for (const [what, right, wrong] of pairs) {
    for (const [field, value] of Object.entries(right as Record<string, Json>)) {
      const other = (wrong as Record<string, Json>)[field]
      if (other === undefined || canonicalJson(value) !== canonicalJson(other)) {
        return `${field} of ${what} is ${canonicalJson(value)}, not ${other === undefined ? 'there' : canonicalJson(other)}`
      }
    }
  }
  return null
}
