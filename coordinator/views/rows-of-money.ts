import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Change } from './change.ts'
import { accountOf, type Meanings, moved, outOf, outside, type Place, withTreasury } from './moves.ts'
import { bonds } from './rows-of-bonds.ts'

interface Debit {
  readonly requester: string
  readonly amount: string
}

const nobody = '0x0000000000000000000000000000000000000000'
const pool: Place = ['pool', 'all']

/** What an event moves: between accounts, tasks, batches, purses and stakes, and of what is given as a surety. */
export function rowsOfMoney(event: ChainEvent): Change[] {
  const name = `${event.contract}.${event.event}`
  return [meanings, bonds].flatMap(each => each[name]?.(event.args as never, event) ?? [])
}

const meanings: Meanings = {
  'EntenteToken.Transfer': ({ from, to, value }, event) => moved(event, [[wallet(from!), wallet(to!), BigInt(value!)]]),
  'Escrow.Deposited': ({ account, amount }, event) => moved(event, [[outside, accountOf(account!), BigInt(amount!)]]),
  'Escrow.WithdrawalAnnounced': ({ account, amount }, event) =>
    moved(event, [[accountOf(account!), leavingOf(account!), BigInt(amount!)]]),
  'Escrow.Withdrawn': ({ account, amount }, event) => moved(event, [[leavingOf(account!), outside, BigInt(amount!)]]),
  'Escrow.BalanceReleased': ({ from, to, amount }, event) =>
    moved(event, [[accountOf(from!), accountOf(to!), BigInt(amount!)]]),
  'Escrow.TaskFunded': ({ taskId, requester, budget }, event) => [
    { put: 'reservations', row: reservation('task', taskId!, [{ requester: requester!, amount: budget! }]) },
    ...moved(event, [[accountOf(requester!), ['task', taskId!], BigInt(budget!), taskId!]]),
  ],
  'Escrow.AgentPaid': ({ taskId, agentId, amount }, event) =>
    moved(event, [[['task', taskId!], ['purse', agentId!], BigInt(amount!), taskId!]]),
  'Escrow.TaskSettled': ({ taskId, fee, refund }, event) => [
    givenBack('task', taskId!, ([giver]) => [
      withTreasury(treasury =>
        moved(event, [
          [['task', taskId!], treasury, BigInt(fee!), taskId!],
          [['task', taskId!], accountOf(giver!.requester), BigInt(refund!), taskId!],
        ]),
      ),
    ]),
  ],
  'Escrow.TaskReclaimed': ({ taskId, requester, budget }, event) =>
    moved(event, [[['task', taskId!], accountOf(requester!), BigInt(budget!), taskId!]]),
  'Escrow.PenaltyCredited': ({ taskId, requester, toRequester, toTreasury }, event) => [
    withTreasury(treasury =>
      moved(event, [
        [outside, accountOf(requester!), BigInt(toRequester!), taskId!],
        [outside, treasury, BigInt(toTreasury!), taskId!],
      ]),
    ),
  ],
  'Escrow.TreasuryChanged': ({ treasury }) => [
    { put: 'treasury', row: { id: 'now', address: treasury!.toLowerCase() } },
  ],
  'Escrow.EarningsClaimed': ({ agentId, amount }, event) =>
    moved(event, [[pool, ['purse', agentId!], BigInt(amount!)]]),
  'Escrow.EarningsDrawn': ({ agentId, amount }, event) =>
    moved(event, [[['purse', agentId!], outside, BigInt(amount!)]]),
  'Batches.BatchPosted': ({ id, batch }, event) => {
    const { debits } = batch as never as { debits: readonly Debit[] }
    return [
      { put: 'reservations', row: reservation('batch', id!, debits) },
      ...debits.map((debit, index) => debited(event, debit, batchOf(id!), 2 * index)),
    ]
  },
  'Batches.BatchFinalised': ({ id, earned, fees }, event) => [
    withTreasury(treasury =>
      moved(event, [
        [batchOf(id!), pool, BigInt(earned!)],
        [batchOf(id!), treasury, BigInt(fees!)],
      ]),
    ),
  ],
  'Batches.BatchUnwound': ({ id }, event) => [
    givenBack('batch', id!, debits =>
      moved(
        event,
        debits.map(({ requester, amount }) => [batchOf(id!), accountOf(requester), BigInt(amount)]),
      ),
    ),
  ],
  'Stake.StakeDeposited': ({ agentId, amount }, event) =>
    moved(event, [[outside, ['bonded', agentId!], BigInt(amount!)]]),
  'Stake.UnbondRequested': ({ agentId, amount }, event) =>
    moved(event, [[['bonded', agentId!], ['unbonding', agentId!], BigInt(amount!)]]),
  'Stake.StakeWithdrawn': ({ agentId, amount }, event) =>
    moved(event, [[['unbonding', agentId!], outside, BigInt(amount!)]]),
  // As the contract does: out of what is bonded first, then out of what was to leave.
  'Stake.StakeHeld': ({ agentId, amount }, event) => [
    outOf(['bonded', agentId!], ['unbonding', agentId!], BigInt(amount!), ['held', agentId!], { event, place: 0 }),
  ],
  'Stake.StakeReturned': ({ agentId, amount }, event) =>
    moved(event, [[['held', agentId!], ['bonded', agentId!], BigInt(amount!)]]),
  'Stake.StakeSlashed': ({ agentId, amount }, event) => moved(event, [[['held', agentId!], outside, BigInt(amount!)]]),
}

/** Agents have numbers too. */
function batchOf(id: string): Place {
  return ['batch', `batch ${id}`]
}

function wallet(address: string): Place {
  return address === nobody ? outside : ['wallet', address.toLowerCase()]
}

function leavingOf(address: string): Place {
  return ['leaving', address.toLowerCase()]
}

function reservation(kind: 'task' | 'batch', id: string, debits: readonly Debit[]) {
  return { kind, id, debits: JSON.stringify(debits.map(({ requester, amount }) => ({ requester, amount }))) }
}

function givenBack(kind: 'task' | 'batch', id: string, to: (debits: Debit[]) => Change[]): Change {
  return { given: 'reservations', key: { kind, id }, changes: row => (row ? to(JSON.parse(row.debits)) : []) }
}

/** Orders of batches may also spend what is about to leave, after what is not. */
function debited(event: ChainEvent, { requester, amount }: Debit, to: Place, place: number): Change {
  return outOf(accountOf(requester), leavingOf(requester), BigInt(amount), to, { event, place })
}
