import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

/** A new, empty folder that is removed with everything else when the test run ends. */
export function scratchDir(name: string): string {
  return mkdtempSync(join(inject('runDir'), `${name}-`))
}
