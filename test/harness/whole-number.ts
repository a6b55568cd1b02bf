interface Allowed {
  /** Where it is not given. */
  readonly usual: number
  readonly least: number
  readonly most: number
}

/** @throws RangeError saying what the option takes */
export function wholeNumber(option: string, given: string | undefined, { usual, least, most }: Allowed): number {
  const value = given === undefined ? usual : Number(given)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`--${option} takes a whole number from ${least} to ${most.toLocaleString('en')}, not ${given}`)
}
