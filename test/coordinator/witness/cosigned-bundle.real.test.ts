import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { depositFor } from '../../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../../stack/config.ts'
import { type Child, startProcess } from '../../../stack/process.ts'
import { proven } from '../../harness/proven.ts'
import { runProgram } from '../../harness/run-program.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'

const entente = fileURLToPath(new URL('../../../cli/entente.ts', import.meta.url))
const counter = fileURLToPath(new URL('../programs/counter.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const dir = scratchDir('cosigned-bundle')
const witnesses: Child<unknown>[] = []
let consortium: Consortium

beforeAll(async () => {
  const agents = [{ module: counter, stake: 100_000_000n }]
  const cast = ['office', 'one', 'two'].map(domainId => ({ domainId, name: domainId, agents }))
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(async () => {
  await Promise.all(witnesses.map(witness => witness.stop()))
  await consortium?.stop()
})

const secret = (name: string, text: string) => {
  const path = join(dir, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

/** Runs the command to its end; what it printed. */
async function run(args: string[], env: Record<string, string> = {}) {
  const { end } = runProgram(entente, args, { PATH: process.env.PATH, HOME: process.env.HOME, ...env })
  return end
}

/** As a domain does it: credentials from who runs the bus, a key of its own, and the process. */
async function startWitness(domainId: string): Promise<void> {
  const { accountPublicKey, signingSeed } = consortium.stack.busAccount!
  const operator = { NATS_ACCOUNT: accountPublicKey, NATS_SIGNING_SEED_FILE: secret('account.seed', signingSeed) }
  const { stdout, code } = await run(['witness', 'creds', '--domain', domainId], operator)
  expect(code).toBe(0)
  const admin = consortium.accounts.admins.get(domainId)!
  const bus = { NATS_URL: consortium.stack.urls.nats, NATS_CREDS: secret(`witness-${domainId}.creds`, stdout) }
  const folder = join(dir, `witness-${domainId}`)
  const key = secret(`admin-${domainId}.json`, JSON.stringify(admin))
  const made = await run(['witness', 'new', folder, '--name', `${domainId}.example/witness`], {
    ...bus,
    ENTENTE_KEY: key,
  })
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining(`${domainId}.example/witness+`) })
  witnesses.push(
    await startProcess({
      ...{ name: `witness-${domainId}`, entry: entente, args: ['witness', 'run', folder] },
      ...{ env: { ...bus, LOG_LEVEL: 'warn' }, dir: join(dir, 'logs') },
    }),
  )
}

it('a bundle has the cosignatures of the witnesses of two other domains, and of no third', {
  timeout: 90_000,
}, async () => {
  await Promise.all(['one', 'two'].map(startWitness))
  const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 3, quorum: 2, deadlineMs: 20_000 }]
  const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }
  const input = { word: 'witness' }
  const wish = { domainId: 'office', goal: 'count', template, input, budget: 9_000_000n, durationS: 3_600 }
  const { text } = await proven(consortium, wish)
  expect(text.witnessed.witnesses.map(({ domainId }: { domainId: string }) => domainId)).toEqual(['one', 'two'])

  const file = secret('bundle.json', JSON.stringify(text))
  const rpc = ['--rpc', consortium.stack.urls.chain]
  expect(await run(['verify', file, '--witnesses', '2', ...rpc])).toMatchObject({ code: 0 })
  const third = await run(['verify', file, '--witnesses', '3'])
  expect(third).toMatchObject({ code: 5 })
  expect(third.stdout).toContain('WITNESSES_TOO_FEW: 2 domains witnessed this checkpoint, 3 are asked for')
})
