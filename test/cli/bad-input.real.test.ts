import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { data, entente } from '../scenarios/run-scenario.ts'

const cap = (name: string) => fileURLToPath(new URL(`../agents/hazard/cap/${name}`, import.meta.url))
const katrina = `${data}storms/hurdat2-katrina-2005.csv`

/** Runs it in a folder of its own; nothing may have been started, so nothing may be there after. */
async function refuse(args: readonly string[], env: Record<string, string> = {}) {
  const dir = scratchDir('refuse')
  const options = { ...process.env, ENTENTE_DATA: join(dir, 'data'), ...env }
  const { code, stdout, stderr } = await runProgram(entente, ['run', 'emergency-response', ...args], options).end
  return { code, stderr, stdout }
}

describe('bad input is refused before anything is started', () => {
  it.each([
    ['an alert that has expired', ['--alert', cap('weather.cap')], 'ALERT_EXPIRED', 3],
    ['an alert without a required element', ['--alert', cap('invalid.cap')], 'ALERT_INVALID', 2],
    ['external entities', ['--alert', cap('xee.cap')], 'ALERT_INVALID', 2],
    ['a storm that is over', ['--storm', katrina], 'TRACK_NO_THREAT', 3],
    ['a storm of one fix', ['--storm', katrina, '--at', '2005-08-23T19:00Z'], 'DATA_EMPTY', 2],
    ['a file that is not there', ['--storm', 'nowhere.csv'], 'FILE_UNREADABLE', 2],
    ['a time that is none', ['--at', 'yesterday'], 'COMMAND_INVALID', 2],
    ['two hazards', ['--storm', katrina, '--alert', cap('weather.cap')], 'COMMAND_INVALID', 2],
  ])('%s', async (_, args, code, status) => {
    const refused = await refuse(args)
    expect(refused.stderr).toMatch(new RegExp(`^${code}: `))
    expect(refused.stderr).not.toMatch(/\n\s+at /)
    expect(refused).toMatchObject({ code: status, stdout: '' })
  })

  it('a file of 100 MB, by its size alone', async () => {
    const file = join(scratchDir('large'), 'huge.csv')
    writeFileSync(file, '')
    truncateSync(file, 100 * 1024 * 1024)
    expect((await refuse(['--storm', file])).stderr).toMatch(/^FILE_TOO_LARGE: /)
  })

  it('an alert that is a test, or withdrawn', async () => {
    const dir = scratchDir('alerts')
    const text = readFileSync(cap('weather.cap'), 'utf8')
    const test = join(dir, 'test.cap')
    const cancel = join(dir, 'cancel.cap')
    writeFileSync(test, text.replace('<status>Actual', '<status>Test'))
    writeFileSync(cancel, text.replace('<msgType>Alert', '<msgType>Cancel'))
    expect(await refuse(['--alert', test, '--at', 'sent'])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^ALERT_NOT_ACTUAL: /),
    })
    expect(await refuse(['--alert', cancel, '--at', 'sent'])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^ALERT_WITHDRAWN: /),
    })
  })

  it('a configuration that is wrong: the variable, what it got, what it takes', async () => {
    const { code, stderr } = await refuse([], { ENTENTE_PORT: 'eighty' })
    expect(stderr).toMatch(/^CONFIG_INVALID: ENTENTE_PORT is "eighty", but takes a whole number/)
    expect(code).toBe(2)
  })
})

describe('the command line', () => {
  it('says what it can do, and what its exit status means', async () => {
    const { code, stdout } = await runProgram(entente, ['--help']).end
    expect(code).toBe(0)
    expect(stdout).toMatch(/verify[\s\S]*Exit status/)
  })

  it('knows no other verb, and no other choice', async () => {
    expect((await runProgram(entente, ['dance']).end).code).toBe(2)
    const refused = await refuse(['--faulty', 'drunk'])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/lie, silent/) })
  })
})
