/** What is left of the work that a reader does for somebody else's text. */
export interface Steps {
  left: number
}

/** Steps are counted and no clock is read, so that it is too much for everybody or for nobody. @throws RangeError */
export function spend(steps: Steps, count: number): void {
  steps.left -= count
  if (steps.left < 0) throw new RangeError('it takes more steps than anybody can wait for')
}
