import type { Bundle } from '../protocol/evidence.ts'
import { policyDocument } from '../protocol/signed-policy.ts'
import { appointmentDocument } from '../protocol/witness.ts'
import { pointer } from './finding.ts'
import type { Statement } from './statement.ts'
import { statementsOf } from './statements-of-event.ts'

/** Every signature in the bundle, with what it is over and whose it must be. */
export function statementsIn(bundle: Bundle): Statement[] {
  const { size, root, signer, signature } = bundle.checkpoint
  const checkpoint: Statement = {
    where: pointer('checkpoint'),
    name: 'Checkpoint',
    document: { size, root },
    signature,
    wallet: signer,
    who: 'the log keeper',
  }
  return [
    checkpoint,
    ...policyStatements(bundle),
    ...appointments(bundle),
    ...bundle.events.flatMap(({ event }, index) => statementsOf(bundle, event, index)),
  ]
}

function policyStatements({ policies = [], policySignatures = [] }: Bundle): Statement[] {
  return policies.flatMap((set, place) =>
    (policySignatures[place] ?? []).map(({ domainId, signer, signature }, index) => ({
      where: pointer('policySignatures', place, index),
      name: 'PolicySet' as const,
      document: policyDocument(set),
      signature,
      wallet: signer,
      who: `the admin of ${domainId}`,
    })),
  )
}

function appointments({ witnessed }: Bundle): Statement[] {
  return (witnessed?.witnesses ?? []).map((appointment, index) => ({
    where: pointer('witnessed', 'witnesses', index),
    name: 'Witness' as const,
    document: appointmentDocument(appointment),
    signature: appointment.signature,
    wallet: appointment.signer,
    who: `the admin of ${appointment.domainId}`,
  }))
}
