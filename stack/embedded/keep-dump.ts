import { copyFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'

const POLL_MS = 100
/** A dump that has not grown for so long is complete. */
const QUIET_MS = 150

const keptOf = (stateFile: string) => `${stateFile}.kept`

/**
 * Keeps a copy of anvil's last complete dump beside it. anvil writes over its only one, so that a kill in the middle
 * leaves half a file, with which it does not start again.
 */
export function keepDump(stateFile: string): { stop(): void } {
  let keptMs = 0
  const timer = setInterval(() => {
    const modifiedMs = statSync(stateFile, { throwIfNoEntry: false })?.mtimeMs
    if (modifiedMs === undefined || modifiedMs === keptMs || Date.now() - modifiedMs < QUIET_MS) return
    const part = `${keptOf(stateFile)}.part`
    copyFileSync(stateFile, part)
    // It may have been written to while it was copied: then there is another chance in a second.
    if (statSync(stateFile).mtimeMs !== modifiedMs) return
    renameSync(part, keptOf(stateFile))
    keptMs = modifiedMs
  }, POLL_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Puts the copy in the place of a dump that was cut short. */
export function restoreDump(stateFile: string): void {
  if (existsSync(keptOf(stateFile)) && !isWhole(stateFile)) copyFileSync(keptOf(stateFile), stateFile)
}

function isWhole(stateFile: string): boolean {
  try {
    JSON.parse(readFileSync(stateFile, 'utf8'))
    return true
  } catch {
    return false
  }
}
