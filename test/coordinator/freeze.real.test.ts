import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { FreezeOrder } from '../../protocol/freeze.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import { depositFor, orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import { sendSignal } from '../../scenarios/consortium/send-signal.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { connectChain } from '../../stack/chain.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const log = openLog('test', { LOG_LEVEL: 'silent' })
const dir = scratchDir('freeze')
let consortium: Consortium

beforeAll(async () => {
  const agents = [{ module, stake: 100_000_000n }]
  const cast = ['office', 'bureau'].map(domainId => ({ domainId, name: domainId, agents }))
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

/** `entente regulator …`, with the account that is an officer of compliance, or another. */
async function regulator(args: string[], account: string = consortium.accounts.regulator.address) {
  const busEnv = { NATS_URL: consortium.stack.urls.nats, NATS_CREDS: join(dir, 'keys', 'bus.creds') }
  const env = { ...process.env, ...busEnv, ENTENTE_ACCOUNT: account }
  return runProgram('cli/entente.ts', ['regulator', ...args], env).end
}

/** Two lines; the second waits for a word. */
async function write() {
  const line = { skill: 'add-line@1', input: "{ lines: `[]`, line: 'x' }", deadlineMs: 20_000 }
  const word = { id: 'word', after: ['first'], wait: { event: 'go', deadlineMs: 90_000, onSilence: 'fail' } }
  const subtasks = [{ id: 'first', ...line }, word, { id: 'second', ...line, after: ['word'] }]
  const template: Json = { name: 'letter', version: '1.0.0', title: 'A letter', subtasks }
  const wish = { domainId: 'office', goal: 'write', template, input: {}, budget: 30_000_000n, durationS: 600 }
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const events: TaskEvent[] = []
  const following = followTask(consortium.nc, taskId, { log, onEvent: event => events.push(event) })
  const given = () => events.flatMap(event => (event.type === 'SubtaskAssigned' ? event : []))
  const go = () =>
    sendSignal(consortium, { taskId, signal: 'go', payload: null }, consortium.accounts.admins.get('office')!)
  return { following, given, go, events }
}

describe('a freeze that a regulator orders on chain', () => {
  it('gives an agent no more work from the next subtask on, says why on chain, and is lifted', {
    timeout: 120_000,
  }, async () => {
    const { following, given, go, events } = await write()
    await expect.poll(() => events.some(({ type }) => type === 'WaitBegun'), { timeout: 30_000 }).toBe(true)
    const { agentId } = given()[0]!.chosen[0]!
    const frozen = await regulator(['freeze', '--agent', agentId, '--reason', 'it is under investigation'])
    expect(frozen.stderr).toBe('')
    const { order, orderHash, txHash } = JSON.parse(frozen.stdout)
    // The coordinator reads the same event as we do, in its own time.
    await sleep(500)

    const text = await getArtifact(consortium.nc, orderHash)
    expect(FreezeOrder.parse(JSON.parse(Buffer.from(text).toString()))).toEqual(order)
    expect(order).toMatchObject({ about: { agentId }, reason: 'it is under investigation' })
    const provider = await connectChain(consortium.stack.urls.chain)
    const data = (await provider.getTransaction(txHash))!.data
    provider.destroy()
    expect(data).toContain(orderHash.slice(2))
    const again = await regulator(['freeze', '--agent', agentId, '--reason', 'again'])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is frozen already') })

    await go()
    const task = await following.ended
    await following.stop()
    expect(task.state).toBe('completed')
    const [, second] = given()
    expect(second!.subtaskId).toBe('second')
    expect(second!.passedOver).toEqual([])
    expect(second!.chosen.map(each => each.agentId)).not.toContain(agentId)
    const bundle = JSON.parse(Buffer.from(await getArtifact(consortium.nc, task.proven!.bundle)).toString())
    expect((await verifyBundle(bundle, { rpcUrl: consortium.stack.urls.chain })).findings).toEqual([])

    const lifted = await regulator(['unfreeze', '--agent', agentId, '--reason', 'it was cleared'])
    expect(lifted).toMatchObject({ code: 0, stderr: '' })
    await consortium.directory.when(({ freezes }) => !freezes.agents.has(agentId) || undefined, {
      what: 'the end of the freeze',
      timeoutMs: 10_000,
    })
  })

  it('stops a domain with all its agents, and nobody else may order one', { timeout: 60_000 }, async () => {
    const stranger = consortium.accounts.governor.address
    const refused = await regulator(['freeze', '--domain', 'bureau', '--reason', 'I want to'], stranger)
    expect(refused.stderr).toContain('UNAUTHORIZED: the regulator may send by the key named regulator only')
    for (const domain of ['office', 'bureau']) {
      const frozen = await regulator(['freeze', '--domain', domain, '--reason', 'all of it'])
      expect(frozen).toMatchObject({ code: 0, stderr: '' })
    }
    await sleep(500)
    const { following, given } = await write()
    const task = await following.ended
    await following.stop()
    expect(task.state).toBe('rejected')
    expect(given()).toEqual([])
  })
})
