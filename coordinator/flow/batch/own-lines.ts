import { withoutBigints } from '../../../protocol/batch-json.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { Ledger } from './batch-ledger.ts'
import { buildLedger, type SettledTask } from './build-batch.ts'

/** The lines of one task, without what they say of the lines before them: all that its own log tells. As JSON. */
export interface OwnLines {
  readonly task: Json
  readonly payments: readonly Json[]
  readonly penalties: readonly Json[]
}

const shared: ReadonlySet<string> = new Set([
  ...['debited', 'feesSoFar', 'firstPayment', 'endPayment', 'firstPenalty', 'endPenalty'],
  ...['earned', 'previous'],
])

/** What a batch must say of a task whose line is at this place. @throws RangeError as `buildLedger` */
export function ownLinesOf(settled: SettledTask, place: number): OwnLines {
  const { tasks, payments, penalties } = buildLedger([settled], [])
  const task = BigInt(place)
  const placed = <Line extends object>(lines: readonly Line[]) => lines.map(line => ({ ...line, task }))
  return withoutOthers({ task: tasks[0]!, payments: placed(payments), penalties: placed(penalties) })
}

/** What a batch says of the task whose line is at this place. */
export function ownLinesIn({ tasks, payments, penalties }: Ledger, place: number): OwnLines {
  const { firstPayment, endPayment, firstPenalty, endPenalty } = tasks[place]!
  return withoutOthers({
    task: tasks[place]!,
    payments: payments.slice(Number(firstPayment), Number(endPayment)),
    penalties: penalties.slice(Number(firstPenalty), Number(endPenalty)),
  })
}

/** The same of lines as they are. */
export function withoutOthers(lines: {
  readonly task: object
  readonly payments: readonly object[]
  readonly penalties: readonly object[]
}): OwnLines {
  return { task: own(lines.task), payments: lines.payments.map(own), penalties: lines.penalties.map(own) }
}

function own(line: object): Json {
  const fields = Object.entries(line).filter(([field]) => !shared.has(field))
  return withoutBigints(Object.fromEntries(fields)) as Json
}
