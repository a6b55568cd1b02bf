import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Change } from './change.ts'
import { numberOf } from './rows-of-chain-event.ts'

/** Whose fees and shares of penalties the founding's treasury gets: its address is in no event. */
const treasury = 'treasury'

type Kind = ('wallet' | 'account' | 'leaving' | 'task' | 'batch' | 'purse' | 'pool') | ('bonded' | 'unbonding' | 'held')
type Place = readonly [kind: Kind, owner: string] | null
type Move = readonly [from: Place, to: Place, amount: bigint, taskId?: string]
interface Debit {
  readonly requester: string
  readonly amount: string
}
type Args = Record<string, string>

const nobody = '0x0000000000000000000000000000000000000000'
const outside: Place = null
const pool: Place = ['pool', 'all']
const toTreasury: Place = ['account', treasury]

/** What an event moves. Bonds of batches and appeals, and stakes of demands, are in no event: they count as lying in their giver's account. */
export function rowsOfMoney(event: ChainEvent): Change[] {
  return (meanings[`${event.contract}.${event.event}`] ?? noChange)(event.args as never as Args, event)
}

type Meaning = (args: Args, event: ChainEvent) => Change[]
const noChange: Meaning = () => []

const meanings: { readonly [event: string]: Meaning } = {
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
    givenBack('task', taskId!, ([giver]) =>
      moved(event, [
        [['task', taskId!], toTreasury, BigInt(fee!), taskId!],
        [['task', taskId!], accountOf(giver!.requester), BigInt(refund!), taskId!],
      ]),
    ),
  ],
  'Escrow.TaskReclaimed': ({ taskId, requester, budget }, event) =>
    moved(event, [[['task', taskId!], accountOf(requester!), BigInt(budget!), taskId!]]),
  'Escrow.PenaltyCredited': ({ taskId, requester, toRequester, toTreasury: share }, event) =>
    moved(event, [
      [outside, accountOf(requester!), BigInt(toRequester!), taskId!],
      [outside, toTreasury, BigInt(share!), taskId!],
    ]),
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
  'Batches.BatchFinalised': ({ id, earned, fees }, event) =>
    moved(event, [
      [batchOf(id!), pool, BigInt(earned!)],
      [batchOf(id!), toTreasury, BigInt(fees!)],
    ]),
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

function accountOf(address: string): Place {
  return ['account', address.toLowerCase()]
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

/** Takes an amount out of a first place as far as it goes, and the rest out of a second. */
function outOf(
  first: Place,
  second: Place,
  amount: bigint,
  to: Place,
  { event, place }: { event: ChainEvent; place: number },
): Change {
  const [kind, owner] = first!
  return {
    given: 'balances',
    key: { kind, owner },
    changes: row => {
      const there = BigInt(row?.amount ?? 0)
      const part = there < amount ? there : amount
      return moved(
        event,
        [
          [first, to, part],
          [second, to, amount - part],
        ],
        place,
      )
    },
  }
}

/** @param first place of the first of them among the movements of the event */
function moved(event: ChainEvent, moves: readonly Move[], first = 0): Change[] {
  const { blockNumber, txHash, blockTimeMs: atMs } = event
  const cause = `${event.contract}.${event.event}`
  return moves.flatMap(([from, to, amount, taskId = null], index): Change[] => {
    if (amount === 0n) return []
    const [fromKind, fromOwner] = from ?? [null, null]
    const [toKind, toOwner] = to ?? [null, null]
    const ends = { fromKind, fromOwner, toKind, toOwner, amount: `${amount}`, taskId }
    const row = { number: numberOf(event), place: first + index, cause, ...ends, blockNumber, txHash, atMs }
    return [{ put: 'movements', row }, ...added(from, -amount), ...added(to, amount)]
  })
}

/** To the place, and to the sum of its kind. */
function added(place: Place, amount: bigint): Change[] {
  if (!place) return []
  const [kind, owner] = place
  return [owner, ''].map(each => ({
    revise: 'balances',
    key: { kind, owner: each },
    absent: { kind, owner: each, amount: '0' },
    by: row => ({ amount: `${BigInt(row.amount) + amount}` }),
  }))
}
