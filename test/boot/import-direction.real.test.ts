import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { checkImports } from '../../boot/check-imports.mjs'
import { scratchDir } from '../harness/scratch-dir.ts'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))

/** A tree with these files and the project's settings. */
function plant(files: Record<string, string>): string {
  const dir = scratchDir('imports')
  copyFileSync(join(projectDir, 'tsconfig.json'), join(dir, 'tsconfig.json'))
  symlinkSync(join(projectDir, 'node_modules'), join(dir, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

const innocent = { 'protocol/a.ts': 'export const a = 1\nexport type A = number\n' }

/** What is forbidden, the importer, what it imports, and the rule that says so. */
const violations: [name: string, importer: string, imported: string, rule: string, kind?: 'type'][] = [
  ['a room below', 'protocol/x1.ts', '../stack/y.ts', 'protocol-imports'],
  ['a type of a room below', 'stack/x2.ts', '../gateway/y.ts', 'stack-imports', 'type'],
  ['a room beside', 'gateway/x3.ts', '../registry/y.ts', 'gateway-imports'],
  ['the gateway from the coordinator', 'coordinator/x4.ts', '../gateway/y.ts', 'coordinator-imports'],
  ['the stack from the rules', 'coordinator/flow/x5.ts', '../../stack/y.ts', 'coordinator-flow-imports'],
  ['the coordinator from the rules', 'coordinator/flow/x6.ts', '../y.ts', 'coordinator-flow-imports'],
  ['a clock or a file from the rules', 'coordinator/flow/x7.ts', 'node:fs', 'flow-is-pure'],
  ['a client library from the rules', 'coordinator/flow/x8.ts', 'ioredis', 'flow-is-pure'],
  ['the stack from the verifier', 'evidence/x9.ts', '../stack/y.ts', 'evidence-imports'],
  ['more than the views from the console', 'operator/x10.ts', '../coordinator/y.ts', 'operator-imports'],
  ['the command line from a scenario', 'scenarios/x11.ts', '../cli/y.ts', 'scenarios-imports'],
  ['a test from the product', 'stack/x12.ts', '../test/y.ts', 'no-test-in-product'],
  ['a package from the set-up', 'boot/x13.mjs', 'zod', 'boot-has-no-packages'],
  ['a file that is not there', 'stack/x14.ts', './y-that-is-not.ts', 'nothing-unresolved'],
]

/** All of them in one tree, and a circle. */
function plantViolations(): string {
  const files: Record<string, string> = {
    ...innocent,
    'stack/circle.ts': "import { y } from './tail.ts'\nexport const x = () => y\n",
    'stack/tail.ts': "import { x } from './circle.ts'\nexport const y = () => x\n",
  }
  for (const [_, importer, imported, __, kind] of violations) {
    if (imported.endsWith('/y.ts')) files[join(dirname(importer), imported)] = innocent['protocol/a.ts']
    files[importer] =
      kind === 'type' ? `import type { A } from '${imported}'\nexport type X = A\n` : `import '${imported}'\n`
  }
  return plant(files)
}

describe('the import direction', async () => {
  const { problems: found } = await checkImports(plantViolations())

  test('holds in the project, and every file was read', async () => {
    const { filesRead, problems } = await checkImports(projectDir)
    expect(problems).toEqual([])
    expect(filesRead).toBeGreaterThan(100)
  })

  test('lets a room import what its row allows', async () => {
    const dir = plant({
      ...innocent,
      'stack/b.ts':
        "import { a } from '../protocol/a.ts'\nimport { connect } from '@nats-io/transport-node'\nexport const b = [a, connect]\n",
      'coordinator/flow/c.ts': "import { search } from '@jmespath-community/jmespath'\nexport const c = search\n",
      'coordinator/views/d.ts': "import { c } from '../flow/c.ts'\nexport const d = c\n",
      'operator/e.ts': "import { d } from '../coordinator/views/d.ts'\nexport const e = d\n",
      'evidence/f.ts': "import { c } from '../coordinator/flow/c.ts'\nexport const f = c\n",
    })
    expect(await checkImports(dir)).toEqual({ filesRead: 6, problems: [] })
  })

  test.each(violations)('forbids %s', (_, importer, __, rule) => {
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: ${importer} → `)))
  })

  test('forbids a circle', () => {
    expect(found).toContainEqual(expect.stringContaining('no-cycles: stack/circle.ts'))
  })

  test('is not said to hold where nothing was read', async () => {
    const dir = plant({ ...innocent, 'protocol/broken.ts': 'export const a = 1\n' })
    writeFileSync(join(dir, 'tsconfig.json'), '{ not json')
    const { filesRead, problems } = await checkImports(dir)
    expect(filesRead).toBe(0)
    expect(problems).not.toEqual([])
  })
})
