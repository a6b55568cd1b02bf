import type { Kysely } from 'kysely'
import { AgentCard } from '../../protocol/agent-card.ts'
import { AlertEntry } from '../../protocol/alert.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { buckets, streams } from '../../protocol/subjects.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'
import { readEntry } from '../log/read-entry.ts'
import { readLeafParts } from '../read-leaf.ts'
import type { Change } from './change.ts'
import { rowsOfAlert, rowsOfStanding } from './rows-of-alert.ts'
import { rowsOfContract, rowsOfEvent } from './rows-of-chain-event.ts'
import { ChainEntryShown, rowsOfChainMessage } from './rows-of-chain-message.ts'
import { rowsOfCard, rowsOfDirectory, rowsOfRating } from './rows-of-directory.ts'
import { countLeaves, rowsOfCheckpoint, rowsOfLeaves } from './rows-of-evidence.ts'
import { rowsOfMoney } from './rows-of-money.ts'
import { rowsOfTask } from './rows-of-task.ts'
import type { TableName, Views } from './schema.ts'

/** A stream that the read model is made from, and what a message of it means. */
export type Source = {
  stream: string
  /** What its messages change, and those of no other stream. */
  tables: readonly TableName[]
  /** @param place how many rows there are by the messages before it, as far as somebody counts them */
  rows: (message: StreamMessage, place: number) => Change[]
  /** How many rows there are, where they are numbered by their order. */
  count?: (db: Kysely<Views>) => Promise<number>
}

export const sources: readonly Source[] = [
  {
    stream: streams.tasks,
    tables: ['tasks', 'subtasks', 'assignments', 'approvals', 'questions', 'money'],
    rows: message => rowsOfTask(present(readEntry(message)), message.seq),
  },
  {
    stream: streams.chainEvents,
    tables: [
      ...(['domains', 'agents', 'checkpoints', 'standings', 'contracts', 'chainEvents', 'eventSubjects'] as const),
      ...(['balances', 'movements', 'reservations', 'bonds', 'treasury'] as const),
    ],
    rows: message => rowsOfChainEvent(ChainEvent.parse(message.json())),
  },
  {
    stream: streams.chainTx,
    tables: ['chainMessages', 'chainSubjects', 'chainSteps'],
    rows: message => rowsOfChainMessage(ChainEntryShown.parse(message.json()), message.seq),
  },
  {
    stream: streams.alerts,
    tables: ['alerts'],
    rows: message => rowsOfAlert(AlertEntry.parse(message.json()), message.seq),
  },
  {
    stream: streams.evidence,
    tables: ['leaves'],
    count: countLeaves,
    rows: ({ data }, place) => rowsOfLeaves(readLeafParts(data), place),
  },
  // A bucket is a stream by this name; a message without content is a removal.
  {
    stream: `KV_${buckets.cards}`,
    tables: ['cards'],
    rows: message => (message.data.length === 0 ? [] : rowsOfCard(AgentCard.parse(message.json()))),
  },
]

function present<T>(read: T | null): T {
  if (read === null) throw new TypeError('it is not of the form that this stream has')
  return read
}

function rowsOfChainEvent(event: ChainEvent): Change[] {
  return [
    ...rowsOfDirectory(event),
    ...rowsOfRating(event),
    ...rowsOfCheckpoint(event),
    ...rowsOfStanding(event),
    ...rowsOfContract(event),
    ...rowsOfEvent(event),
    ...rowsOfMoney(event),
  ]
}
