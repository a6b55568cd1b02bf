import { jetstreamManager } from '@nats-io/jetstream'
import { messageIdOf } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { withBus } from '../with-bus.ts'
import { invalid, keyOf } from './key.ts'

/** `entente chain show`: every step of a message as the log on the bus has it, a JSON line each. */
export function showMessage(id: string | undefined, { key }: { key?: string }): Promise<void> {
  const messageId = idOf(id, key)
  return withBus(async nc => {
    const records = await readRecords(await jetstreamManager(nc, { checkAPI: false }), messageId)
    if (records.length === 0) throw new EntenteError('NOT_FOUND', `there is no message ${messageId}`)
    for (const { record } of records) process.stdout.write(`${JSON.stringify(record)}\n`)
  })
}

function idOf(id: string | undefined, key: string | undefined): Hex {
  if (key !== undefined) return messageIdOf(keyOf(key))
  const parsed = Bytes32.safeParse(id)
  if (parsed.success) return parsed.data
  throw invalid('the message', '0x and 64 hexadecimal digits, or --key', id ?? 'nothing')
}
