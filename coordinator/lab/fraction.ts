/** A rational number: `above / below`, `below` positive. */
export interface Fraction {
  readonly above: bigint
  readonly below: bigint
}

/** Beyond so many digits or places a number in a file is taken for a slip. */
const mostDigits = 100

/** Reads `3`, `-0.25`, `1e-3` and `1/2`; null where the text is none of them, or longer than 100 digits. */
export function readFraction(text: string): Fraction | null {
  const ratio = /^(-?\d+)\/(\d+)$/.exec(text)
  if (ratio && text.length <= 2 * mostDigits) {
    const below = BigInt(ratio[2]!)
    return below === 0n ? null : lowest({ above: BigInt(ratio[1]!), below })
  }
  const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (!decimal || text.length > mostDigits) return null
  const [, sign, whole, places = '', exponent = '0'] = decimal
  const power = Number(exponent) - places.length
  if (Math.abs(power) > mostDigits) return null
  const digits = BigInt(`${whole}${places}`) * (sign ? -1n : 1n)
  return power >= 0
    ? { above: digits * 10n ** BigInt(power), below: 1n }
    : lowest({ above: digits, below: 10n ** BigInt(-power) })
}

/** In lowest terms, an integer without its denominator: `421/2145`, `-3`. */
export function writeFraction(fraction: Fraction): string {
  const { above, below } = lowest(fraction)
  return below === 1n ? `${above}` : `${above}/${below}`
}

function lowest({ above, below }: Fraction): Fraction {
  const divisor = gcd(above < 0n ? -above : above, below)
  return { above: above / divisor, below: below / divisor }
}

export function gcd(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b]
  while (small !== 0n) [large, small] = [small, large % small]
  return large
}
