import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import type { Answer } from '../../../protocol/answer.ts'
import { type Child, startProcess } from '../../../stack/process.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, chain, type Member, startConsortium } from '../../registry/consortium.ts'
import { answersTo, executeItem, queued, revealOf, send } from './office.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const stack = withStack()
let consortium: Consortium
let member: Member
let dir: string
let env: Record<string, string>
const children: Child<unknown>[] = []

beforeAll(async () => {
  consortium = await startConsortium(stack)
  member = await consortium.join(echo)
  dir = scratchDir('agent')
  writeFileSync(join(dir, 'enrol.creds'), consortium.enrolCreds)
  writeFileSync(join(dir, 'key.json'), JSON.stringify(member.key), { mode: 0o600 })
  env = {
    NATS_URL: consortium.url,
    NATS_CREDS: join(dir, 'enrol.creds'),
    ENTENTE_KEY: join(dir, 'key.json'),
    ENTENTE_AGENT_ID: member.agentId,
    CONTRACT_REGISTRY: chain.contractRegistry,
  }
})
afterAll(async () => {
  await Promise.all(children.map(child => child.stop()))
  await consortium?.stop()
})

async function start(more: Record<string, string> = {}): Promise<Child<unknown>> {
  const entry = join(root, 'agents/sdk/main.ts')
  const args = [join(root, 'agents/echo/agent.ts')]
  const child = await startProcess({ name: 'echo', entry, args, env: { ...env, ...more }, dir })
  children.push(child)
  return child
}

describe('an agent as a process of its own', () => {
  it('starts, answers its queue, and stops', async () => {
    const child = await start()
    const item = executeItem(member, 'echo@1', { text: 'hello', times: 2 })
    const answers = await answersTo(consortium.nc, item.taskId)
    await send(consortium.nc, item)
    expect(await answers.next()).toMatchObject({ kind: 'result', output: { texts: ['hello', 'hello'] } })
    await child.stop()
  })

  it('killed between commit and reveal, opens its commitment when it is started again', async () => {
    const child = await start()
    const item = executeItem(member, 'echo@1', { text: 'hello' }, { answer: 'commit' })
    const answers = await answersTo(consortium.nc, item.taskId)
    await send(consortium.nc, item)
    expect(await answers.next()).toMatchObject({ kind: 'commit' })
    process.kill(child.pid, 'SIGKILL')
    await send(consortium.nc, revealOf(item, 30_000))
    await start()
    const opened = (await answers.next(30_000)) as Extract<Answer, { kind: 'result' }>
    expect(opened).toMatchObject({ kind: 'result', output: { texts: ['hello'] }, salt: expect.any(String) })
  })

  it('rehearses a bad agent when it is told to', async () => {
    await Promise.all(children.map(child => child.stop()))
    const child = await start({ ENTENTE_FAULT: 'silent' })
    const item = executeItem(member, 'echo@1', { text: 'hello' }, { deadlineMs: Date.now() + 1_500 })
    const answers = await answersTo(consortium.nc, item.taskId)
    await send(consortium.nc, item)
    expect(await answers.isSilent()).toBe(true)
    await expect.poll(() => queued(consortium.nc, member.agentId), { timeout: 10_000 }).toBe(0)
    await child.stop()
  })

  it.each([
    ['a variable is missing', { ENTENTE_AGENT_ID: '' }, /ENTENTE_AGENT_ID is not set/],
    ['its credentials are not there', { NATS_CREDS: '/nowhere/enrol.creds' }, /NATS_CREDS: \/nowhere.* cannot be read/],
    ['the wallet is not its own', { ENTENTE_AGENT_ID: '42' }, /AGENT_INACTIVE|not active/],
    [
      'the bus serves other contracts than it was told',
      { CONTRACT_REGISTRY: '0x00000000000000000000000000000000000000FF' },
      /CONTRACT_REGISTRY is another/,
    ],
  ])('says why it cannot start when %s', async (_, change, why) => {
    await expect(start(change)).rejects.toThrow(why)
  })
})
