import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { withStack } from '../harness/with-stack.ts'
import { entente } from '../scenarios/run-scenario.ts'

const servers = withStack()

it.each([
  ['tower', 'status'],
  ['rater', 'status'],
  ['relay', 'status'],
  ['key', 'list'],
  ['node', 'list'],
])('%s %s says that none of them is on the bus', async (...verb) => {
  const { stack, dir } = servers
  const NATS_CREDS = join(dir, 'bus.creds')
  writeFileSync(NATS_CREDS, stack.busCreds!, { mode: 0o600 })
  const env = { PATH: process.env.PATH, NATS_URL: stack.urls.nats, NATS_CREDS }
  const { code, stdout, stderr } = await runProgram(entente, verb, env).end
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^NOBODY_ANSWERS: nobody answers ent\..*NATS_URL/)
})
