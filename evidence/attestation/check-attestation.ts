import type { Json } from '../../protocol/canonical.ts'
import { accountsOf, Envelope, payloadOf } from '../../protocol/dsse.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Address } from '../../protocol/ids.ts'
import { differences } from '../difference.ts'
import { type Check, type Finding, pointer, shown } from '../finding.ts'
import { payloadType, taskStatement } from './task-statement.ts'

export interface Attestation {
  /** The parsed JSON of a DSSE envelope. */
  readonly envelope: unknown
  /** Who must have signed it; without one, whoever did is named. */
  readonly attester?: Address | undefined
}

const at = (...tokens: readonly (string | number)[]) => pointer('attestation', ...tokens)

/** Whether the envelope is signed, and its statement is the one that the bundle gives. */
export function checkAttestation(bundle: Bundle, { envelope: input, attester }: Attestation): Check {
  const { data: envelope, error } = Envelope.safeParse(input)
  if (!envelope) {
    const findings = error!.issues.map(({ path, message }) => ({ where: at(...path.map(String)), what: message }))
    return { name: 'attestation', count: 0, findings }
  }
  const accounts = accountsOf(envelope)
  const findings = [
    ...typeFindings(envelope),
    ...statementFindings(bundle, envelope),
    ...signerFindings(accounts, attester),
  ]
  return { name: 'attestation', count: accounts.length, findings }
}

/** Who attests, in a sentence on what is left to trust. */
export function uncheckedAttestation(input: unknown): string[] {
  const accounts = accountsOf(Envelope.safeParse(input).data ?? { payload: '', payloadType: '', signatures: [] })
  return accounts.map(account => `Whose key is that of ${account}, by which the attestation is signed.`)
}

function typeFindings({ payloadType: type }: Envelope): Finding[] {
  return type === payloadType ? [] : [{ where: at('payloadType'), what: `it is ${shown(type)}, not ${payloadType}` }]
}

function statementFindings(bundle: Bundle, envelope: Envelope): Finding[] {
  const statement = parse(payloadOf(envelope))
  if (statement === undefined) return [{ where: at('payload'), what: 'it is not JSON' }]
  return differences(taskStatement(bundle), statement).map(({ at: place, expected, found }) => ({
    where: at('payload') + place,
    what: `the bundle gives ${shown(expected)}, the statement has ${shown(found)}`,
  }))
}

function signerFindings(accounts: readonly Address[], attester: Address | undefined): Finding[] {
  if (accounts.length === 0)
    return [{ where: at('signatures'), what: 'none of them is an account’s signature of the payload' }]
  if (!attester || accounts.includes(attester)) return []
  return [{ where: at('signatures'), what: `it is signed by ${accounts.join(', ')}, and not by ${attester}` }]
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
