import type { Terms } from '../../protocol/task.ts'

const whole = 10_000n

/** What is done to find a lie out: how many are asked, and how many must agree. */
export interface Watch {
  readonly replicas: number
  readonly quorum: number
}

/**
 * The least stake for which a lie does not pay, as a share of the reward in basis points, rounded up; null where nothing finds a
 * lie out, so that no stake deters from it.
 *
 * A lie found out with chance p must cost at least gain/p − reward: then what it brings, gain + (1 − p)·reward − p·penalty, is no
 * more than the reward (G. Becker, Crime and Punishment, 1968). The penalty is only a part of the stake, so the stake is
 * larger by that part.
 */
export function leastStakeBps({ penaltyBps, deterrence }: Terms, watch: Watch): bigint | null {
  if (!deterrence) return 0n
  const caught = caughtBps(watch, deterrence)
  if (caught === 0n) return null
  const penalty = roundUp(BigInt(deterrence.gainBps) * whole, caught) - whole
  if (penalty <= 0n) return 0n
  return penaltyBps.wrong === 0 ? null : roundUp(penalty * whole, BigInt(penaltyBps.wrong))
}

/** The least stake for a reward, in units of the token. */
export function leastStake(bps: bigint, reward: string): bigint {
  return roundUp(BigInt(reward) * bps, whole)
}

/**
 * The chance that a lie is found out, in basis points rounded down: it was told on gold; or too few of the other replicas are
 * in league with who tells it to make a quorum, when each is with the chance `inLeagueBps`.
 */
export function caughtBps(
  { replicas, quorum }: Watch,
  { goldBps, inLeagueBps }: NonNullable<Terms['deterrence']>,
): bigint {
  const [bad, good] = [BigInt(inLeagueBps), whole - BigInt(inLeagueBps)]
  const others = replicas - 1
  // A quorum of one believes whoever comes first, and asks nobody else.
  let found = 0n
  let ways = 1n
  for (let inLeague = 0; inLeague < quorum - 1 && inLeague <= others; inLeague++) {
    found += ways * bad ** BigInt(inLeague) * good ** BigInt(others - inLeague)
    ways = (ways * BigInt(others - inLeague)) / BigInt(inLeague + 1)
  }
  const outOf = whole ** BigInt(others)
  const gold = BigInt(goldBps)
  return gold + ((whole - gold) * found) / outOf
}

function roundUp(above: bigint, below: bigint): bigint {
  return (above + below - 1n) / below
}
