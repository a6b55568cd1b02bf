import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const cli = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))

async function entente(...args: string[]) {
  const { code, stdout, stderr } = await runProgram(cli, args, { PATH: process.env.PATH }).end
  return { code, said: stdout === '' ? null : JSON.parse(stdout), stderr }
}

test('a key is made, split, lost, and brought back; exported and imported; and never printed', async () => {
  const dir = scratchDir('custody')
  const file = (name: string) => join(dir, name)
  const made = await entente('key', 'new', file('key.json'))
  expect(made.code).toBe(0)
  const { address, privateKey } = JSON.parse(readFileSync(file('key.json'), 'utf8'))

  const split = await entente('key', 'split', file('key.json'), '--of', '5', '--need', '3', '--out', file('shares'))
  expect(split.said.shares).toHaveLength(5)
  for (const share of readdirSync(file('shares'))) expect(statSync(join(dir, 'shares', share)).mode & 0o777).toBe(0o600)
  const share = (index: number) => join(dir, 'shares', `share-${index}.json`)
  const joined = await entente('key', 'join', share(5), share(1), share(3), '--out', file('back.json'))
  expect(joined.said).toEqual({ address, file: file('back.json') })
  expect(readFileSync(file('back.json'), 'utf8')).toBe(readFileSync(file('key.json'), 'utf8'))
  const few = await entente('key', 'join', share(5), share(1), '--out', file('no.json'))
  expect(few).toMatchObject({ code: 2, stderr: expect.stringMatching(/^SHARES_INVALID: 2 of the 3/) })

  writeFileSync(file('password'), 'correct horse', { mode: 0o600 })
  const exported = await entente(
    'key',
    'export',
    file('key.json'),
    '--password',
    file('password'),
    '--out',
    file('v3.json'),
  )
  expect(exported.said.address).toBe(address)
  const imported = await entente(
    'key',
    'import',
    file('v3.json'),
    '--password',
    file('password'),
    '--out',
    file('in.json'),
  )
  expect(imported.said.address).toBe(address)
  expect(JSON.parse(readFileSync(file('in.json'), 'utf8')).privateKey).toBe(privateKey)

  const over = await entente('key', 'join', share(5), share(1), share(3), '--out', file('key.json'))
  expect(over).toMatchObject({ code: 2, stderr: expect.stringMatching(/^FILE_UNWRITABLE: .*none is overwritten/) })

  const output = JSON.stringify([made, split, joined, few, exported, imported, over])
  expect(output.toLowerCase()).not.toContain(privateKey.slice(2))
})
