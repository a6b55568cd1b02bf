import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeKeyFile } from '../../stack/key-file.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { entente } from '../scenarios/run-scenario.ts'

const errors = fileURLToPath(new URL('../../protocol/errors.ts', import.meta.url))
const agentMain = fileURLToPath(new URL('../../agents/sdk/main.ts', import.meta.url))
const nowhere = { ...process.env, NATS_URL: 'nats://127.0.0.1:1' }
const task = `0x${'1'.repeat(64)}`

function fileOf(name: string, text: string): string {
  const file = join(scratchDir('misuse'), name)
  writeFileSync(file, text)
  return file
}

describe('a wrong argument is refused before the bus is looked for', () => {
  const key = join(scratchDir('signer'), 'key.json')
  makeKeyFile(key)
  it.each([
    ['a task', ['resume', 'task']],
    ['a hash', ['approve', task, 'response', 'yes']],
    ['a letter', ['dead', 'retry', 'first']],
    ['a key', ['key', 'thaw', 'relayer']],
    ['a webhook', ['listener', 'add', 'ftp://desk.example']],
    ['the events of one', ['listener', 'add', 'https://desk.example', '--events', 'settled']],
    ['how often it is told', ['listener', 'add', 'https://desk.example', '--attempts', '51']],
    ['a listener', ['listener', 'remove', 'desk']],
    ['a listener whose letters are listed', ['listener', 'dead', 'desk']],
    ['an event that it did not take', ['listener', 'retry', '0123456789ab', 'last']],
    ['a node', ['node', 'add', 'miner@http://node.example']],
    ['a node in the list', ['node', 'remove', 'node.example']],
    ['a transaction', ['chain', 'accept', '0x12', '--reason', 'ours']],
    ['a message', ['chain', 'cancel', '0x12', '--reason', 'late']],
    ['whom to freeze', ['regulator', 'freeze', '--agent', 'seven', '--reason', 'fraud']],
  ])('%s', async (_, args) => {
    const { code, stderr } = await runProgram(entente, args, { ...nowhere, ENTENTE_KEY: key }).end
    expect(stderr).toMatch(/^COMMAND_INVALID: /)
    expect(code).toBe(2)
  })

  it('an option that is missing, which the help calls required', async () => {
    const { code, stderr } = await runProgram(entente, ['cancel', task]).end
    expect(stderr).toMatch(/^COMMAND_INVALID: required option '--reason <text>' not specified/)
    expect(code).toBe(2)
    expect((await runProgram(entente, ['cancel', '--help']).end).stdout).toMatch(/--reason <text> +why \(required\)/)
  })
})

it('what nobody reads any more ends without a word', async () => {
  const { child, end } = runProgram(entente, ['--help'])
  child.stdout!.destroy()
  expect(await end).toMatchObject({ code: 141, stderr: '' })
})

it('a node is named by a URL of http', async () => {
  const { code, stderr } = await runProgram(entente, ['verify', 'bundle.json', '--rpc', 'ftp://node.example']).end
  expect(stderr).toMatch(/^COMMAND_INVALID: .*--rpc <url>.* A URL, please/)
  expect(code).toBe(2)
})

it.each([
  ['[{"name":"predict-tide"}]', /^SKILL_INVALID: .*0\.price: /],
  ['[{"name":"tides","skills":[]}]', /^SKILL_INVALID: .*0\.services: /],
  ['{a: [', /^SKILL_INVALID: .*neither JSON nor YAML/],
])('a list of skills that is none says where: %s', async (text, said) => {
  const args = ['template', 'check', fileOf('template.yaml', ''), '--skills', fileOf('skills.json', text)]
  expect(await runProgram(entente, args).end).toMatchObject({ code: 2, stderr: expect.stringMatching(said) })
})

describe('what is no bundle', () => {
  it.each(['verify', 'explain', 'lineage', 'redact', 'replay'])('%s ends with the same status', async verb => {
    for (const text of ['{', '{}']) {
      const { code, stderr } = await runProgram(entente, [verb, fileOf('bundle.json', text)]).end
      expect(code).toBe(5)
      expect(stderr).not.toMatch(/\n\s+at /)
    }
  })

  it('has a page all the same, that says so', async () => {
    const file = fileOf('bundle.json', '{}')
    await runProgram(entente, ['explain', file]).end
    expect(existsSync(file.replace('.json', '.html'))).toBe(true)
  })
})

describe('a program of a user', () => {
  const thrower = `import { EntenteError } from ${JSON.stringify(errors)}
if (process.argv[2] === '--fail') throw new EntenteError('INPUT_INVALID', 'as was asked')
if (process.argv[2] === '--bug') throw new TypeError('a bug')
console.log(process.argv.slice(2).join())`

  it('gets its arguments, options included', async () => {
    const { code, stdout } = await runProgram(entente, ['script', fileOf('own.ts', thrower), 'a', '--json']).end
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a,--json\n' })
  })

  it('has an error of ours explained, and one of its own shown where it came from', async () => {
    const file = fileOf('own.ts', thrower)
    const ours = await runProgram(entente, ['script', file, '--fail']).end
    expect(ours).toMatchObject({ code: 2, stderr: expect.stringMatching(/^INPUT_INVALID: as was asked\./) })
    expect(ours.stderr).not.toMatch(/\n\s+at /)
    const own = await runProgram(entente, ['script', file, '--bug']).end
    expect(own).toMatchObject({ code: 1, stderr: expect.stringMatching(/TypeError: a bug\n\s+at .*own\.ts/) })
  })

  it('that is not there is refused', async () => {
    const { code, stderr } = await runProgram(entente, ['script', 'nowhere.ts']).end
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/^FILE_UNREADABLE: /) })
  })
})

describe("an agent's module", () => {
  const env = { ...nowhere, NATS_CREDS: 'creds', ENTENTE_KEY: 'key', ENTENTE_AGENT_ID: '7', LOG_LEVEL: 'silent' }
  it.each([
    ['none', [], 'AGENT_INVALID'],
    ['one that is not there', ['nowhere.ts'], 'FILE_UNREADABLE'],
    ['one that is no agent', [fileOf('agent.ts', 'export default 1')], 'AGENT_INVALID'],
    ['one that cannot be loaded', [fileOf('agent.ts', "import './nowhere.ts'")], 'AGENT_INVALID'],
  ])('%s', async (_, args, code) => {
    const { stderr, code: status } = await runProgram(agentMain, args, env).end
    expect(stderr).toMatch(new RegExp(`^${code}: `))
    expect(status).toBe(1)
  })
})
