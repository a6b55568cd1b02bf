import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex, type Hex, toHex } from '../../protocol/hash.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { Appointment } from '../../protocol/witness.ts'
import { parseJson } from '../../stack/parse-json.ts'

const others = 0o077

/** What a witness begins with: its Ed25519 key, which is secret, and its domain's word for it. */
export interface WitnessFolder {
  readonly secretKey: Hex
  readonly appointment: Appointment
}

/**
 * Makes a key of its own for a new witness, in a folder that must not be there yet.
 * @param appoint the domain's word for the new public key
 * @throws EntenteError FILE_UNWRITABLE
 */
export function makeWitnessFolder(folder: string, appoint: (publicKey: Hex) => Appointment): Appointment {
  const secretKey = randomBytes(32)
  const appointment = appoint(toHex(ed25519.getPublicKey(secretKey)))
  try {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(keyIn(folder), `${toHex(secretKey)}\n`, { mode: 0o600, flag: 'wx' })
    writeFileSync(appointmentIn(folder), `${JSON.stringify(appointment, null, 2)}\n`, { flag: 'wx' })
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${folder} cannot be made: ${(cause as Error).message}`, { cause })
  }
  return appointment
}

/** @throws EntenteError FILE_UNREADABLE; KEY_INVALID when others may read the key, or it is not the one appointed */
export function readWitnessFolder(folder: string): WitnessFolder {
  const [keyText, appointmentText] = [read(keyIn(folder)), read(appointmentIn(folder))]
  if ((statSync(keyIn(folder)).mode & others) !== 0) {
    throw new EntenteError('KEY_INVALID', `others may open ${keyIn(folder)}; run: chmod 600 ${keyIn(folder)}`)
  }
  const key = Bytes32.safeParse(keyText.toString().trim()).data
  const appointment = parseJson(Appointment, appointmentText)
  if (!key || !appointment || toHex(ed25519.getPublicKey(fromHex(key))) !== appointment.publicKey) {
    throw new EntenteError('KEY_INVALID', `${folder} does not hold a witness's key and the appointment of it`)
  }
  return { secretKey: key, appointment }
}

const keyIn = (folder: string) => join(folder, 'key')
const appointmentIn = (folder: string) => join(folder, 'appointment.json')

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `${path} cannot be read`, { cause })
  }
}
