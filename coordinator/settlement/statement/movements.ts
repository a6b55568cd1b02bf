import type { ChainEvent } from '../../../protocol/chain-event.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { AgentId } from '../../../protocol/ids.ts'

/** What an agent has in the contracts, in the smallest unit of the token. */
export interface Holdings {
  /** In the escrow, for its wallet to draw. */
  readonly purse: bigint
  /** All that it ever claimed of what batches gave. */
  readonly claimed: bigint
  readonly bonded: bigint
  readonly unbonding: bigint
  /** Of its stake, what waits for a penalty to be enforced or to lapse. */
  readonly held: bigint
}

export const nothing: Holdings = { purse: 0n, claimed: 0n, bonded: 0n, unbonding: 0n, held: 0n }

/** One confirmed event that moved something of an agent's. */
export interface Movement {
  readonly agentId: AgentId
  readonly what: string
  readonly amount: bigint
  readonly taskId: Hex | null
  readonly atMs: number
  readonly blockNumber: number
  readonly txHash: Hex
  /** What the agent has after it. */
  readonly after: Holdings
}

type Change = (before: Holdings, amount: bigint) => Partial<Holdings>

/** Each event that moves money of an agent, in words, and how. As `Escrow`, `EscrowEarnings` and `Stake` have it. */
const changes: Readonly<Record<string, { readonly what: string; readonly change: Change }>> = {
  'Escrow.AgentPaid': { what: 'earned, settled directly', change: ({ purse }, paid) => ({ purse: purse + paid }) },
  'Escrow.EarningsClaimed': {
    what: 'earned, claimed from batches',
    change: ({ purse, claimed }, paid) => ({ purse: purse + paid, claimed: claimed + paid }),
  },
  'Escrow.EarningsDrawn': { what: 'drawn by its wallet', change: ({ purse }, drawn) => ({ purse: purse - drawn }) },
  'Stake.StakeDeposited': { what: 'stake deposited', change: ({ bonded }, put) => ({ bonded: bonded + put }) },
  'Stake.UnbondRequested': {
    what: 'stake on its way out',
    change: ({ bonded, unbonding }, asked) => ({ bonded: bonded - asked, unbonding: unbonding + asked }),
  },
  'Stake.StakeWithdrawn': {
    what: 'stake withdrawn',
    change: ({ unbonding }, taken) => ({ unbonding: unbonding - taken }),
  },
  // What is bonded is held first (IStake).
  'Stake.StakeHeld': {
    what: 'penalty imposed: stake held',
    change: ({ bonded, unbonding, held }, taken) => {
      const fromBonded = taken < bonded ? taken : bonded
      return { bonded: bonded - fromBonded, unbonding: unbonding - (taken - fromBonded), held: held + taken }
    },
  },
  'Stake.StakeReturned': {
    what: 'penalty lapsed: stake returned',
    change: ({ bonded, held }, returned) => ({ bonded: bonded + returned, held: held - returned }),
  },
  'Stake.StakeSlashed': {
    what: 'penalty enforced: stake taken',
    change: ({ held }, taken) => ({ held: held - taken }),
  },
}

/** Folds chain events into movements, and into what each agent has. */
export class Movements {
  readonly #holdings = new Map<AgentId, Holdings>()
  readonly #all: Movement[] = []
  #lastBlock = 0

  take({ contract, event, args, blockTimeMs, blockNumber, txHash }: ChainEvent): void {
    this.#lastBlock = blockNumber
    const known = changes[`${contract}.${event}`]
    if (!known) return
    const agentId = String(args.agentId)
    const amount = BigInt(String(args.amount))
    const before = this.#holdings.get(agentId) ?? nothing
    const after = { ...before, ...known.change(before, amount) }
    this.#holdings.set(agentId, after)
    const taskId = typeof args.taskId === 'string' ? (args.taskId as Hex) : null
    this.#all.push({ agentId, what: known.what, amount, taskId, atMs: blockTimeMs, blockNumber, txHash, after })
  }

  get all(): readonly Movement[] {
    return this.#all
  }

  /** Of the newest event of any contract: all holdings are as after this block. */
  get lastBlock(): number {
    return this.#lastBlock
  }

  holdingsOf(agentId: AgentId): Holdings {
    return this.#holdings.get(agentId) ?? nothing
  }
}
