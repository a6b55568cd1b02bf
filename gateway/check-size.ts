import type { ChainIntent } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import { encodeIntent } from './contracts.ts'

/** Pools take no transaction above 128 KiB (geth, reth, Nethermind)... */
const TRANSACTION_BYTES = 131_072
/** ...and what is in one beside the call is less than this. */
const AROUND_CALL_BYTES = 1_024
/** Of an entry in the log, beside the intent, whom it is about, and the signed bytes: causes, times, hashes. */
const AROUND_ENTRY_BYTES = 8_192

/**
 * What no pool would take, or does not fit into the log together with its bytes, would wait for ever under its number, and all that
 * its key sends after it.
 *
 * @param room of a message of the bus, in bytes
 * @throws EntenteError PAYLOAD_TOO_LARGE
 */
export function checkSize(intent: ChainIntent, room: number): void {
  const callBytes = (encodeIntent(intent).length - 2) / 2
  const mostBytes = TRANSACTION_BYTES - AROUND_CALL_BYTES
  if (callBytes > mostBytes) {
    throw new EntenteError('PAYLOAD_TOO_LARGE', `its call has ${callBytes} bytes, and a transaction holds ${mostBytes}`)
  }
  // Whom it is about is of its arguments; signed bytes are hexadecimal.
  const entryBytes = 2 * Buffer.byteLength(JSON.stringify(intent)) + 2 * (callBytes + AROUND_CALL_BYTES)
  if (entryBytes + AROUND_ENTRY_BYTES <= room) return
  const message = `its entry in the log may take ${entryBytes + AROUND_ENTRY_BYTES} bytes, and the bus holds ${room}`
  throw new EntenteError('PAYLOAD_TOO_LARGE', message)
}
