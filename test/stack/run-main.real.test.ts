import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const mains = globSync('{agents,coordinator,gateway,operator}/**/main.ts', { cwd: root })

describe.each(mains)('%s', main => {
  const ended = (...args: string[]) => runProgram(root + main, args).end

  it('says what it is and what it reads', async () => {
    const { code, stdout, stderr } = await ended('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\w+: .+\.\n\nUsage: node .*main\.ts/)
    expect(stdout).toMatch(/\nNeeds:\n(.+\n)* {2}NATS_URL +Existing NATS servers\./)
    expect(stdout).toMatch(/\nMay have:\n(.+\n)* {2}LOG_LEVEL /)
  })

  it('takes no other argument', async () => {
    const { code, stdout, stderr } = await ended('agents/echo/agent.ts', '--port')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^COMMAND_INVALID: \w+ does not take .*--port.*--help/)
  })
})

it('ends with the same status where its configuration is wrong, all of which it names', async () => {
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'loud' }
  const { code, stderr } = await runProgram(`${root}coordinator/main.ts`, [], env).end
  expect(stderr).toMatch(/^CONFIG_INVALID: NATS_URL is not set.*\nENTENTE_KEY is not set.*\nLOG_LEVEL is "loud"/)
  expect(code).toBe(2)
})

it('knows all of them', () => {
  expect(mains).toHaveLength(8)
})
