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

describe('the import direction', () => {
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

  test.each([
    ['a room below', 'protocol/x.ts', '../stack/y.ts', 'protocol-imports'],
    ['a type of a room below', 'stack/x.ts', '../gateway/y.ts', 'stack-imports', 'type'],
    ['a room beside', 'gateway/x.ts', '../registry/y.ts', 'gateway-imports'],
    ['the gateway from the coordinator', 'coordinator/x.ts', '../gateway/y.ts', 'coordinator-imports'],
    ['the stack from the rules', 'coordinator/flow/x.ts', '../../stack/y.ts', 'coordinator-flow-imports'],
    ['the coordinator from the rules', 'coordinator/flow/x.ts', '../y.ts', 'coordinator-flow-imports'],
    ['a clock or a file from the rules', 'coordinator/flow/x.ts', 'node:fs', 'flow-is-pure'],
    ['a client library from the rules', 'coordinator/flow/x.ts', 'ioredis', 'flow-is-pure'],
    ['the stack from the verifier', 'evidence/x.ts', '../stack/y.ts', 'evidence-imports'],
    ['more than the views from the console', 'operator/x.ts', '../coordinator/y.ts', 'operator-imports'],
    ['the command line from a scenario', 'scenarios/x.ts', '../cli/y.ts', 'scenarios-imports'],
    ['a test from the product', 'stack/x.ts', '../test/y.ts', 'no-test-in-product'],
    ['a package from the set-up', 'boot/x.mjs', 'zod', 'boot-has-no-packages'],
    ['a file that is not there', 'stack/x.ts', './y-that-is-not.ts', 'nothing-unresolved'],
  ])('forbids %s', async (_, importer, imported, rule, kind = '') => {
    const target = imported.endsWith('/y.ts')
      ? { [join(dirname(importer), imported)]: 'export const a = 1\nexport type A = 1\n' }
      : {}
    const statement =
      kind === 'type' ? `import type { A } from '${imported}'\nexport type X = A\n` : `import '${imported}'\n`
    const { problems } = await checkImports(plant({ ...innocent, ...target, [importer]: statement }))
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: ${importer} → `)))
  })

  test('forbids a circle', async () => {
    const dir = plant({
      'stack/x.ts': "import { y } from './y.ts'\nexport const x = () => y\n",
      'stack/y.ts': "import { x } from './x.ts'\nexport const y = () => x\n",
    })
    expect((await checkImports(dir)).problems).toContainEqual(expect.stringContaining('no-cycles: stack/x.ts'))
  })

  test('is not said to hold where nothing was read', async () => {
    const dir = plant({ ...innocent, 'protocol/broken.ts': 'export const a = 1\n' })
    writeFileSync(join(dir, 'tsconfig.json'), '{ not json')
    const { filesRead, problems } = await checkImports(dir)
    expect(filesRead).toBe(0)
    expect(problems).not.toEqual([])
  })
})
