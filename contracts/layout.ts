/**
 * Keeps in `storage.json` how the upgradeable contracts lay out their storage. An upgrade must find every field where the code
 * before it left it, so fields are only ever added behind the last.
 *
 *     node contracts/layout.ts           writes
 *     node contracts/layout.ts --check   fails when a field moved, changed its type or vanished, when one was added that is
 *                                        not kept yet, and when code is unfit to run behind a proxy
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { getStorageUpgradeReport, type StorageLayout, withValidationDefaults } from '@openzeppelin/upgrades-core'
import { type ReadSource, readSource } from './layout/compile.ts'
import { type Danger, inspect } from './layout/inspect.ts'

/** The contracts behind a proxy, each with the checks it need not pass, and why. */
const UPGRADEABLE: Record<string, readonly Danger[]> = {
  // Their constructors disable the initializers of the implementation, and set what every implementation must be given
  // alike. Names, symbols and signing domains are code, so their parents' initializers have nothing to set.
  IdentityRegistry: ['constructor', 'missing-initializer-call'],
  ReputationRegistry: ['constructor', 'missing-initializer-call', 'state-variable-immutable'],
  ValidationRegistry: ['constructor', 'missing-initializer-call', 'state-variable-immutable'],
}

export type Layouts = Record<string, StorageLayout>

interface Survey {
  layouts: Layouts
  /** What makes a contract unfit to be upgraded. */
  dangers: string[]
}

const KEPT = new URL('storage.json', import.meta.url)

/** @returns How the contracts lay out their storage now. */
export function survey(read: ReadSource = readSource): Survey {
  const layouts: Layouts = {}
  const dangers: string[] = []
  for (const [name, allowed] of Object.entries(UPGRADEABLE)) {
    const inspected = inspect(name, allowed, read)
    layouts[name] = inspected.layout
    dangers.push(...inspected.dangers.map(danger => `${name} is unfit to be upgraded: ${danger}`))
  }
  return { layouts, dangers }
}

/** @returns What an upgrade from `kept` to `present` would break. */
export function breaches(kept: Layouts, present: Layouts): string[] {
  return Object.entries(kept).flatMap(([name, before]) => {
    const after = present[name]
    if (!after) return [`${name} vanished from the upgradeable contracts`]
    const report = getStorageUpgradeReport(before, after, withValidationDefaults({ kind: 'uups' }))
    return report.pass ? [] : [`an upgrade would corrupt what ${name} has stored\n${report.explain(false)}`]
  })
}

/** @returns The contracts whose layout grew, and is not kept that way. */
export function unkept(kept: Layouts, present: Layouts): string[] {
  return Object.keys(present)
    .filter(name => !isDeepStrictEqual(kept[name], present[name]))
    .map(name => `what ${name} stores is not what contracts/storage.json says: run node contracts/layout.ts`)
}

export async function readKept(): Promise<Layouts> {
  return JSON.parse(await readFile(KEPT, 'utf8').catch(() => '{}'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const { layouts, dangers } = survey()
  const kept = await readKept()
  const broken = breaches(kept, layouts)
  for (const line of [...dangers, ...broken]) console.error(line)
  if (values.check) {
    const outdated = broken.length > 0 ? [] : unkept(kept, layouts)
    for (const line of outdated) console.error(line)
    process.exitCode = dangers.length + broken.length + outdated.length > 0 ? 1 : 0
  } else {
    await writeFile(KEPT, `${JSON.stringify(layouts, null, 2)}\n`)
    process.exitCode = dangers.length > 0 ? 1 : 0
  }
}
