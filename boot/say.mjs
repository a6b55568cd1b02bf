/**
 * Prints one line about the set-up. Standard error, because standard output belongs to the program that is started:
 * `--json` there must be JSON and nothing else.
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** A set-up that cannot go on: the message says what is missing and what to do about it. */
export class SetupError extends Error {}

/** Seconds since `startedMs` (of `performance.now()`), with one decimal. */
export function secondsSince(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
}
