import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, it } from 'vitest'
import { openApiKeys } from '../../operator/api-keys.ts'
import { plantSnippets } from './snippets.ts'

let dir: string
beforeAll(() => {
  dir = plantSnippets()
})

/** As the guides say it: `npx entente …`, where they say that the files go. */
async function entente(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, TMPDIR: dir, ENTENTE_DATA: join(dir, 'data'), LOG_LEVEL: 'warn' }
  const child = spawn('npx', ['entente', ...args], { cwd: dir, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { code, output }
}

it('the agent of the guide is ordered, paid and proven, and its bundle verifies', { timeout: 120_000 }, async () => {
  const { code, output } = await entente('script', 'run-tides.ts')
  expect(output).toMatch(/^completed \{"levels":\[\{"hour":0,"levelM":1\.2\}/m)
  expect(code).toBe(0)
  const said = { code: 0, output: expect.stringMatching(/^The bundle holds/) }
  expect(await entente('verify', 'tides.bundle.json')).toMatchObject(said)
  expect(await entente('script', 'check-bundle.ts', 'tides.bundle.json')).toMatchObject(said)
  const bundle = readFileSync(join(dir, 'tides.bundle.json'), 'utf8')
  expect(bundle).toContain('"type":"TaskSettled"')
})

it('the API key of the guide is one', async () => {
  const { output } = await entente('script', 'new-api-key.ts')
  const keys = openApiKeys(join(dir, 'data', 'api-keys.json'))
  expect(keys.find(output.trim())).toMatchObject({ role: 'viewer', name: 'the duty desk' })
})
