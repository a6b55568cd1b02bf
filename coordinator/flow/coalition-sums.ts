/** Coalitions' values, summed by how many players are in them. Index 0, nobody at all, is 0. */
export interface SumsBySize {
  readonly total: readonly bigint[]
  /** Of the coalitions that have the player: `withPlayer[player][size]`. */
  readonly withPlayer: readonly (readonly bigint[])[]
}

/** A part of every value: what it carries is `digits[mask] * 2^shift`. */
interface Limb {
  readonly digits: Float64Array
  readonly shift: bigint
}

/** Sums of 2^16 numbers below this stay below 2^53, so that doubles carry them exactly. */
const oneLimb = 1n << 36n

/**
 * Sums exactly, and fast: values are cut into limbs that fit a double, limbs are added as doubles, and only the few sums
 * are whole numbers again. For up to 16 players.
 */
export function sumsBySize(values: readonly bigint[]): SumsBySize {
  const players = Math.log2(values.length)
  const none = () => Array.from({ length: players + 1 }, () => 0n)
  const total = none()
  const withPlayer = Array.from({ length: players }, none)
  for (const { digits, shift } of limbsOf(values)) {
    const sums = sumDigits(digits, players)
    const whole = (row: number, size: number) => BigInt(sums[row * (players + 1) + size]!) << shift
    for (let size = 1; size <= players; size++) {
      total[size]! += whole(players, size)
      for (let player = 0; player < players; player++) withPlayer[player]![size]! += whole(player, size)
    }
  }
  return { total, withPlayer }
}

/** One limb where the values fit it; else 32 bits each, from the lowest up, of which the last carries the sign. */
function limbsOf(values: readonly bigint[]): Limb[] {
  const most = values.reduce((most, value) => (value > most ? value : most), 0n)
  const least = values.reduce((least, value) => (value < least ? value : least), 0n)
  if (most < oneLimb && least > -oneLimb) return [{ digits: new Float64Array(values.map(Number)), shift: 0n }]
  const limbs: Limb[] = []
  const words = new BigInt64Array(values.length)
  let left = values
  for (let shift = 0n; ; shift += 64n) {
    for (let mask = 0; mask < words.length; mask++) words[mask] = left[mask]!
    const isLast = most >> shift < 1n << 63n && least >> shift >= -(1n << 63n)
    limbs.push({ digits: halvesOf(new Uint32Array(words.buffer), 0), shift })
    const upper = isLast ? new Int32Array(words.buffer) : new Uint32Array(words.buffer)
    limbs.push({ digits: halvesOf(upper, 1), shift: shift + 32n })
    if (isLast) return limbs
    left = left.map(value => value >> 64n)
  }
}

/** The lower (0) or upper (1) 32 bits of each word; every processor that Node runs on stores the lower first. */
function halvesOf(halves: Uint32Array | Int32Array, which: 0 | 1): Float64Array {
  const digits = new Float64Array(halves.length / 2)
  for (let mask = 0; mask < digits.length; mask++) digits[mask] = halves[2 * mask + which]!
  return digits
}

/** A row a player, and last the row of all coalitions; a column a size. */
function sumDigits(digits: Float64Array, players: number): Float64Array {
  const width = players + 1
  const sums = new Float64Array(width * width)
  const sizes = new Uint8Array(digits.length)
  for (let mask = 1; mask < digits.length; mask++) {
    const size = sizes[mask >> 1]! + (mask & 1)
    sizes[mask] = size
    const value = digits[mask]!
    if (value === 0) continue
    sums[players * width + size]! += value
    for (let left = mask; left; left &= left - 1) {
      const player = 31 - Math.clz32(left & -left)
      sums[player * width + size]! += value
    }
  }
  return sums
}
