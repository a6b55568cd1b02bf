import { z } from 'zod'
import { cosignedAt } from './cosignature.ts'
import { signerOf } from './documents.ts'
import { fromHex } from './hash.ts'
import { Address, Bytes32, DomainId, Signature } from './ids.ts'
import { type Note, type NoteSignature, parseNote } from './note.ts'
import type { SigningDomain } from './typed-data.ts'

/** A domain's word that this key cosigns for it: by its admin, over EIP-712 `Witness`. */
export const Appointment = z.strictObject({
  domainId: DomainId,
  /** The name in its signature lines: a URL without a scheme. */
  name: z.string().regex(/^[^\s+]{1,200}$/),
  /** Ed25519. */
  publicKey: Bytes32,
  signer: Address,
  signature: Signature,
})
export type Appointment = z.infer<typeof Appointment>

/** What a witness answers: the line of its cosignature, and who appointed it. */
export const Cosigned = z.strictObject({ line: z.string().max(1_000), appointment: Appointment })
export type Cosigned = z.infer<typeof Cosigned>

/** A checkpoint as a signed note, cosigned, and those who cosigned it in the order of their lines. */
export const Witnessed = z.strictObject({ note: z.string().max(100_000), witnesses: z.array(Appointment).max(256) })
export type Witnessed = z.infer<typeof Witnessed>

/** What is signed of an appointment. */
export function appointmentDocument({ domainId, name, publicKey }: Omit<Appointment, 'signer' | 'signature'>) {
  return { domainId, name, publicKey }
}

export function isAppointed(domain: SigningDomain, appointment: Appointment): boolean {
  const { signature, signer } = appointment
  return signerOf(domain, 'Witness', appointmentDocument(appointment), signature) === signer
}

/** Whether the one who was appointed cosigned this text. */
export function isCosignedBy(text: string, { name, publicKey }: Appointment, by: NoteSignature): boolean {
  return cosignedAt(text, name, fromHex(publicKey), by) !== null
}

/** The signature in a line of a note; null for what is none. */
export function signatureIn(line: string): NoteSignature | null {
  const note: Note | null = parseNote(`\n\n${line}`)
  return note?.signatures.length === 1 ? note.signatures[0]! : null
}
