/** What a consortium fixes at its founding: these are in the code of its contracts, and do not change. */
export interface DeploymentParams {
  /** The longest way from a task's opening to its deadline. */
  maxTaskSeconds: number
  /** How long after its deadline a task can still be settled; then anyone may return its budget. */
  graceSeconds: number
  /** How long before it leaves an account's money must say so, and an order's cancellation. */
  noticeSeconds: number
  /** How long a stake stays slashable after its owner asks for it. Longer than a task and its grace together. */
  unbondSeconds: number
  /** The highest fee of a settlement, in hundredths of a percent of the budget. */
  maxFeeBps: number
  /** How long an agent's owner can appeal against a penalty; how long an arbiter can take to rule on it. */
  appealSeconds: number
  rulingSeconds: number
  /** What an appeal costs that is not upheld. Units of the token, as all amounts here. */
  appealBond: bigint
  /** The treasury's part of what is slashed; the rest is the harmed requester's. Hundredths of a percent. */
  penaltyTreasuryBps: number
  /** Enforced penalties until an agent is jailed, and how long. */
  jailAfter: number
  jailSeconds: number
  /** How long a batch can be disputed. */
  windowSeconds: number
  /** What a settler loses with a condemned batch, and how much of it the challenger gets. */
  batchBond: bigint
  challengerBps: number
  /** How long there is to show a line of a batch that somebody asked for, and what asking risks. */
  showSeconds: number
  demandStake: bigint
  /** Bounds of the delay after which guardians bring an agent back, and how long they then have. */
  recoveryMinSeconds: number
  recoveryMaxSeconds: number
  recoveryWindowSeconds: number
  /** The least notice of a change of the consortium's parameters. */
  configNoticeSeconds: number
  /** The delay of everything that governance does. With 0 the governor governs directly, which suits trials alone. */
  timelockSeconds: number
}

const HOUR = 3_600
const DAY = 24 * HOUR
const CREDIT = 1_000_000n

export const DEFAULT_PARAMS: DeploymentParams = {
  maxTaskSeconds: 30 * DAY,
  graceSeconds: DAY,
  noticeSeconds: 2 * DAY,
  unbondSeconds: 45 * DAY,
  maxFeeBps: 500,
  appealSeconds: 3 * DAY,
  rulingSeconds: 7 * DAY,
  appealBond: 10n * CREDIT,
  penaltyTreasuryBps: 2_500,
  jailAfter: 3,
  jailSeconds: 14 * DAY,
  windowSeconds: DAY,
  batchBond: 1_000n * CREDIT,
  challengerBps: 5_000,
  showSeconds: 6 * HOUR,
  demandStake: CREDIT,
  recoveryMinSeconds: 3 * DAY,
  recoveryMaxSeconds: 30 * DAY,
  recoveryWindowSeconds: 14 * DAY,
  configNoticeSeconds: 0,
  timelockSeconds: 0,
}

/** `IPenalties.Config`, in its order. */
export function penaltiesArgument(params: DeploymentParams): readonly (number | bigint)[] {
  return [
    params.unbondSeconds,
    params.appealSeconds,
    params.rulingSeconds,
    params.appealBond,
    params.penaltyTreasuryBps,
    params.jailAfter,
    params.jailSeconds,
  ]
}
