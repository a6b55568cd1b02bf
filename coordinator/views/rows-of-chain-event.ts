import type { ChainEvent } from '../../protocol/chain-event.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

/** The order of the chain as one number. A block has fewer logs than a million: each costs hundreds of gas. */
export function numberOf({ blockNumber, logIndex }: Pick<ChainEvent, 'blockNumber' | 'logIndex'>): number {
  return blockNumber * 1_000_000 + logIndex
}

/** An event, as it is shown. Only final ones are published, so none is ever taken back. */
export function rowsOfEvent(event: ChainEvent): Change[] {
  const { blockTimeMs: atMs, args, ...rest } = event
  const number = numberOf(event)
  return [
    { put: 'chainEvents', row: { number, atMs, args: JSON.stringify(args), ...rest } },
    ...subjectsOf(args).map(row => ({ put: 'eventSubjects', row: { number, ...row } }) satisfies Change),
  ]
}

type Subject = Pick<Views['eventSubjects'], 'kind' | 'id'>

/** What the ABI's names say that an event is about, and every address in it, however deep. */
function subjectsOf(args: ChainEvent['args']): Subject[] {
  const { agentId, taskId } = args
  const found = new Map<string, Subject>()
  const note = (kind: string, id: unknown) => {
    if (typeof id === 'string') found.set(`${kind}/${id}`, { kind, id: id.toLowerCase() })
  }
  note('agent', agentId)
  note('task', taskId)
  const addresses = JSON.stringify(args).matchAll(/"(0x[0-9a-fA-F]{40})"/g)
  for (const [, address] of addresses) note('address', address!.toLowerCase())
  return [...found.values()]
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
