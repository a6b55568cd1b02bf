import type { TaskEvent } from '../../protocol/events.ts'
import { type Bundle, RedactedBundle } from '../../protocol/evidence.ts'
import { checkAnchors } from '../check-anchors.ts'
import { checkAnswers } from '../check-answers.ts'
import { checkEvents } from '../check-events.ts'
import { checkForm } from '../check-schema.ts'
import { checkSignatures } from '../check-signatures.ts'
import { checkWitnesses } from '../check-witnesses.ts'
import type { Check } from '../finding.ts'
import { type Report, reportOf } from '../report.ts'
import { uncheckedWitnesses } from '../unchecked.ts'
import type { VerifyOptions } from '../verify.ts'

/**
 * Verifies what is left of a bundle: that it is of the log under the checkpoint, signed by whom it says, and anchored. What
 * follows by rule cannot be computed again from parts; the report says so.
 * @param input the parsed JSON of a redacted bundle
 */
export async function verifyRedacted(
  input: unknown,
  { witnesses, attestation, onCheck }: VerifyOptions = {},
): Promise<Report> {
  const { check, bundle } = checkForm(RedactedBundle, input)
  if (!bundle) return reportOf(null, [check], check.findings, [])
  const shown = shownOf(bundle)
  const checks: Check[] = [
    check,
    await checkAnchors(shown),
    await checkSignatures(shown)(),
    checkAnswers(shown),
    checkWitnesses(shown, witnesses),
    checkEvents(bundle),
    ...(attestation ? [ofTheWhole] : []),
  ]
  for (const each of checks) onCheck?.(each)
  const findings = checks.flatMap(each => each.findings)
  return reportOf(bundle.taskId, checks, findings, [...uncheckedOf(bundle), ...uncheckedWitnesses(shown, false)])
}

/** A statement names the whole bundle by its hash, which nobody can compute from parts. */
const ofTheWhole: Check = {
  name: 'attestation',
  count: 0,
  findings: [{ where: '/attestation', what: 'an attestation is of the whole bundle, and this is what is left of one' }],
}

/** Whether a file says of itself that it is one. */
export function isRedacted(input: unknown): boolean {
  return (input as { format?: unknown } | null)?.format === RedactedBundle.shape.format.value
}

/** An event of which nothing is known says nothing to any check, and keeps its place. */
function shownOf({ events, reader: _, batch, ...rest }: RedactedBundle): Bundle {
  const nothing = { type: 'Withheld', atMs: 0 } as unknown as TaskEvent
  const all = events.map(entry => ('event' in entry ? entry : { event: nothing, hash: entry.hash }))
  const nowhere = { line: null, index: 0, path: [] }
  const posted = batch && { ...batch, task: nowhere, payments: [], penalties: [] }
  return { ...rest, ...(posted && { batch: posted }), format: 'entente.bundle/2', template: null, events: all }
}

function uncheckedOf({ events, reader, chain, anchors, batch }: RedactedBundle): string[] {
  const withheld = events.flatMap(entry => ('withheld' in entry ? [entry.withheld] : []))
  const types = [...new Set(withheld)].join(', ')
  const blocks = [anchors.settlement, batch?.final, anchors.checkpoint].flatMap(anchor => anchor?.blockNumber ?? [])
  return [
    `What ${withheld.length} of ${events.length} events say: they are withheld from ${reader ?? 'whoever took no part'} (${types}).`,
    'That the plan, the assignments, the verdicts, the contributions and the money follow by the rules: whoever has the whole bundle can compute it.',
    'Who ordered the task, and what: the order is withheld.',
    ...(batch ? [`That the task is one of those that batch ${batch.id} settles: its lines are withheld.`] : []),
    `That blocks ${[...new Set(blocks)].join(' and ')} with these hashes are on chain ${chain.chainId}.`,
    `That contract registry ${chain.contractRegistry} is the consortium's, and the other contracts are its own.`,
  ]
}
