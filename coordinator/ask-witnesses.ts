import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../protocol/errors.ts'
import type { Checkpoint } from '../protocol/evidence.ts'
import type { DomainId } from '../protocol/ids.ts'
import { formatNote, type NoteSignature } from '../protocol/note.ts'
import { subjects } from '../protocol/subjects.ts'
import { checkpointText, keeperSignature, originOf } from '../protocol/tree-head.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'
import {
  type Appointment,
  Cosigned,
  isAppointed,
  isCosignedBy,
  signatureIn,
  type Witnessed,
} from '../protocol/witness.ts'
import type { FollowedDirectory } from '../registry/follow-directory.ts'
import { askAll } from '../stack/ask-all.ts'
import type { Log } from '../stack/log.ts'

/** Meanwhile the checkpoint is on its way to the chain, so this costs no time. */
const timeoutMs = 3_000

interface Asking {
  readonly nc: NatsConnection
  readonly log: Log
  readonly directory: Pick<FollowedDirectory, 'current'>
  readonly domain: SigningDomain
}

/** A checkpoint, cosigned by the witnesses that answer and that their domains appointed; null where there are none. */
export async function askWitnesses(asking: Asking, checkpoint: Checkpoint): Promise<Witnessed | null> {
  const origin = originOf(asking.domain)
  const text = checkpointText({ origin, ...checkpoint })
  const keeper = keeperSignature(origin, checkpoint)
  const answers = await answersTo(asking, formatNote({ text, signatures: [keeper] }))
  const byDomain = new Map<DomainId, { appointment: Appointment; signature: NoteSignature }>()
  for (const answer of answers) {
    const cosigned = read(asking, text, answer)
    if (cosigned) byDomain.set(cosigned.appointment.domainId, cosigned)
  }
  if (byDomain.size === 0) return null
  const all = [...byDomain.values()].sort((a, b) => (a.appointment.domainId < b.appointment.domainId ? -1 : 1))
  const signatures = [keeper, ...all.map(({ signature }) => signature)]
  return { note: formatNote({ text, signatures }), witnesses: all.map(({ appointment }) => appointment) }
}

async function answersTo({ nc, log }: Asking, note: string): Promise<unknown[]> {
  try {
    return await askAll(nc, subjects.witness, note, { timeoutMs, silence: 'NOT_FOUND' })
  } catch (error) {
    // Evidence is kept whether anybody watches or not.
    if (!(error instanceof EntenteError)) log.warn({ err: error }, 'witnesses could not be asked')
    return []
  }
}

function read({ log, directory, domain }: Asking, text: string, answer: unknown) {
  if (answer instanceof EntenteError) {
    log.warn({ code: answer.code, why: answer.message }, 'a witness refuses this checkpoint')
    return null
  }
  const { data } = Cosigned.safeParse(answer)
  const signature = data && signatureIn(data.line)
  if (!signature) return null
  const { appointment } = data
  const admin = directory.current().domains.get(appointment.domainId)?.admin
  if (admin === appointment.signer && isAppointed(domain, appointment) && isCosignedBy(text, appointment, signature)) {
    return { appointment, signature }
  }
  log.warn({ domainId: appointment.domainId }, 'a cosignature is not that of a witness that its domain appointed')
  return null
}
