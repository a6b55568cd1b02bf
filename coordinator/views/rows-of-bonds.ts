import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Change, KeyOf } from './change.ts'
import { accountOf, bondOf, type Meanings, type Move, moved, type Place, withTreasury } from './moves.ts'
import { numberOf } from './rows-of-chain-event.ts'
import type { Views } from './schema.ts'

type Key = KeyOf<'bonds'>

/** What an event says of sureties: that one is given, until when it is held, and to whom it goes. */
export const bonds: Meanings = {
  'Batches.BatchPosted': ({ id, settler, bond, finalAfter }, event) =>
    given(event, ofBatch(id!), { giver: settler!, amount: bond!, until: finalAfter!, batch: id! }),
  'Batches.BatchPostponed': ({ id, finalAfter }) => [heldUntil(ofBatch(id!), msOf(finalAfter!))],
  'Batches.BatchFinalised': ({ id, bond }, event) => returned(event, ofBatch(id!), bond!),
  'Batches.BatchCondemned': ({ id, challenger, reward, forfeit }, event) => [
    withTreasury(treasury =>
      lost(event, ofBatch(id!), [
        [accountOf(challenger!), reward!],
        [treasury, forfeit!],
      ]),
    ),
  ],
  // Anybody can have it given back from now on.
  'Batches.BatchOrphaned': ({ id }, { blockTimeMs }) => [heldUntil(ofBatch(id!), blockTimeMs)],
  'Batches.BatchUnwound': ({ id, bond }, event) => returned(event, ofBatch(id!), bond!),

  'Demands.LineDemanded': ({ id, place, demander, dueAt, stake }, event) =>
    given(event, ofDemand(id!, place!), { giver: demander!, amount: stake!, until: dueAt!, batch: id! }),
  'Demands.LineShown': ({ id, place, by, stake }, event) =>
    lost(event, ofDemand(id!, place!), [[accountOf(by!), stake!]]),
  'Demands.DemandExpired': ({ id, place, stake }, event) => returned(event, ofDemand(id!, place!), stake!),
  'Demands.DemandWithdrawn': ({ id, place, stake }, event) => returned(event, ofDemand(id!, place!), stake!),

  'Penalties.PenaltyAppealed': ({ taskId, agentId, appellant, bond, until }, event) =>
    given(event, ofAppeal(taskId!, agentId!), { giver: appellant!, amount: bond!, until: until!, taskId, agentId }),
  'Penalties.PenaltyEnforced': ({ taskId, agentId, bond }, event) => [
    withTreasury(treasury => lost(event, ofAppeal(taskId!, agentId!), [[treasury, bond!]])),
  ],
  'Penalties.PenaltyLapsed': ({ taskId, agentId, bond }, event) => returned(event, ofAppeal(taskId!, agentId!), bond!),
}

/** After those of a batch's debits: the contract takes 256 at most, and each may come out of two places. */
const FIRST_MOVE = 512

const ofBatch = (id: string): Key => ({ kind: 'batch', id })
const ofAppeal = (taskId: string, agentId: string): Key => ({ kind: 'appeal', id: `${taskId}/${agentId}` })

function ofDemand(batch: string, place: string): Key {
  const { tree, index, sub } = place as never as Record<string, string>
  return { kind: 'demand', id: `${batch}/${tree}/${index}/${sub}` }
}

const msOf = (seconds: string) => Number(seconds) * 1_000

interface Given {
  readonly giver: string
  readonly amount: string
  /** Unix time in seconds. */
  readonly until: string
  readonly batch?: string
  readonly taskId?: string | undefined
  readonly agentId?: string | undefined
}

function given(event: ChainEvent, key: Key, { giver, amount, until, ...about }: Given): Change[] {
  const { batch = null, taskId = null, agentId = null } = about
  const held = { giver: giver.toLowerCase(), amount, untilMs: msOf(until), state: 'held', batch, taskId, agentId }
  const row = { ...key, ...held, number: numberOf(event), atMs: event.blockTimeMs, endedAtMs: null }
  const move: Move = [accountOf(giver), bondOf(giver), BigInt(amount), about.taskId]
  return [{ put: 'bonds', row }, ...moved(event, [move], FIRST_MOVE)]
}

function heldUntil(key: Key, untilMs: number): Change {
  return { set: 'bonds', key, to: { untilMs } }
}

function returned(event: ChainEvent, key: Key, amount: string): Change[] {
  return ended(event, key, 'returned', giver => [[accountOf(giver), amount]])
}

function lost(event: ChainEvent, key: Key, shares: readonly Share[]): Change[] {
  return ended(event, key, 'lost', () => shares)
}

type Share = readonly [to: Place, amount: string]

function ended(event: ChainEvent, key: Key, state: string, shares: (giver: string) => readonly Share[]): Change[] {
  const changes = (row: Views['bonds'] | undefined): Change[] => {
    // None where nobody appealed; and that of a condemned batch is lost before the batch is unwound.
    if (row?.state !== 'held') return []
    const { giver, taskId } = row
    const moves = shares(giver).map(([to, amount]): Move => [bondOf(giver), to, BigInt(amount), taskId ?? undefined])
    return [{ set: 'bonds', key, to: { state, endedAtMs: event.blockTimeMs } }, ...moved(event, moves, FIRST_MOVE)]
  }
  return [{ given: 'bonds', key, changes }]
}
