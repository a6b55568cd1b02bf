import type { ChainEvent } from '../../protocol/chain-event.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import type { Change } from './change.ts'

/** The order of the chain as one number. A block has fewer logs than a million: each costs hundreds of gas. */
export function numberOf({ blockNumber, logIndex }: Pick<ChainEvent, 'blockNumber' | 'logIndex'>): number {
  return blockNumber * 1_000_000 + logIndex
}

/** An event, as it is shown. Only final ones are published, so none is ever taken back. */
export function rowsOfEvent(event: ChainEvent): Change[] {
  const { blockTimeMs: atMs, args, ...rest } = event
  return [{ put: 'chainEvents', row: { number: numberOf(event), atMs, args: JSON.stringify(args), ...rest } }]
}

/** As IContractRegistry numbers them. */
const states = ['unknown', 'active', 'frozen', 'retired']

/** What the contract registry says of a contract. */
export function rowsOfContract({
  contract,
  event,
  args,
  blockNumber,
  txHash,
  blockTimeMs: atMs,
}: ChainEvent): Change[] {
  if (contract !== 'ContractRegistry') return []
  const place = { blockNumber, txHash, atMs }
  const { name, account, version, codeHash, status } = args as Record<string, string>
  if (event === 'ContractRecorded') {
    const row = { address: account!, version: Number(version), state: 'active', codeHash: codeHash!, ...place }
    return [{ put: 'contracts', row: { name: slugFromBytes32(name!), ...row } }]
  }
  if (event !== 'ContractStatusChanged') return []
  return [{ set: 'contracts', key: { name: slugFromBytes32(name!) }, to: { state: states[Number(status)]!, ...place } }]
}
