import { type Strategy, strategies } from './population.ts'
import type { Earnings, Outcome } from './scene.ts'

/** Sums of one organisation, in credits. */
export interface Account {
  readonly strategy: Strategy
  rewards: number
  lies: number
  effort: number
  penalties: number
  assignments: number
  dishonest: number
  convicted: boolean
}

export function emptyAccount(strategy: Strategy): Account {
  return { strategy, rewards: 0, lies: 0, effort: 0, penalties: 0, assignments: 0, dishonest: 0, convicted: false }
}

/** What organisations of each strategy earned in so many tasks. */
export function earningsIn(all: readonly Account[], tasks: number): Pick<Outcome, 'earnings' | 'honestEarnsMost'> {
  const assignments = all.reduce((sum, account) => sum + account.assignments, 0)
  const earnings: Partial<Record<Strategy, Earnings>> = {}
  for (const strategy of strategies) {
    const of = all.filter(account => account.strategy === strategy)
    if (of.length > 0) earnings[strategy] = earningsOf(of, tasks, assignments)
  }
  const honest = earnings.honest?.profit ?? 0
  const others = Object.values(earnings).filter(({ dishonest }) => dishonest > 0)
  const most = Math.max(...others.map(({ profit }) => profit))
  return { earnings, honestEarnsMost: honest > 0 && honest >= most }
}

function earningsOf(accounts: readonly Account[], tasks: number, assignments: number): Earnings {
  const each = (of: (account: Account) => number) =>
    accounts.reduce((sum, account) => sum + of(account), 0) / accounts.length / tasks
  const assigned = accounts.reduce((sum, account) => sum + account.assignments, 0)
  return {
    organisations: accounts.length,
    profit: rounded(each(({ rewards, lies, effort, penalties }) => rewards + lies - effort - penalties)),
    rewards: rounded(each(({ rewards }) => rewards)),
    lies: rounded(each(({ lies }) => lies)),
    effort: rounded(each(({ effort }) => effort)),
    penalties: rounded(each(({ penalties }) => penalties)),
    share: rounded(assigned / assignments),
    dishonest: rounded(accounts.reduce((sum, account) => sum + account.dishonest, 0) / Math.max(1, assigned)),
    convicted: accounts.filter(({ convicted }) => convicted).length,
  }
}

/** To a ten thousandth. */
export function rounded(number: number): number {
  return Math.round(number * 1e4) / 1e4
}
