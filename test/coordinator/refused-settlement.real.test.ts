import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROLES } from '../../contracts/roles.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { perform } from '../../registry/perform.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import { depositFor, orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { readConfig } from '../../stack/config.ts'
import { listDeadLetters } from '../../stack/dead-letters.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const log = openLog('test', { LOG_LEVEL: 'silent' })
const dir = scratchDir('refused-settlement')
let consortium: Consortium

beforeAll(async () => {
  const cast = [{ domainId: 'office', name: 'office', agents: [{ module, stake: 100_000_000n }] }]
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

/** Takes from the coordinators, or gives back, the role by which the escrow believes their settlements. */
function change(call: 'grantRole' | 'revokeRole'): Promise<void> {
  const { nc, accounts } = consortium
  const { address } = readKeyFile(join(dir, 'keys', 'coordinator.json'))
  const args = [`${ROLES.directSettler}`, address, ...(call === 'grantRole' ? ['0'] : [])]
  const step = { operation: call.toLowerCase(), businessId: 'coordinator', from: accounts.governor.address }
  return perform(nc, { ...step, contract: 'AccessManager', call, args })
}

it('a settlement that the chain refuses waits for people with its cause, and is settled and proven when they have it tried again', {
  timeout: 120_000,
}, async () => {
  const { nc, stack } = consortium
  const subtasks = [{ id: 'line', skill: 'add-line@1', input: "{ lines: `[]`, line: 'x' }", deadlineMs: 20_000 }]
  const template = { name: 'letter', version: '1.0.0', title: 'A letter', subtasks }
  const wish = { domainId: 'office', goal: 'write', template, input: {}, budget: 10_000_000n, durationS: 600 }
  await change('revokeRole')
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const following = followTask(nc, taskId, { log, onEvent: () => {} })

  const letters = () => listDeadLetters(nc)
  await expect.poll(letters, { timeout: 30_000 }).toMatchObject([
    {
      ...{ stream: 'TASKS', consumer: 'settlement', subject: `ent.task.${taskId}` },
      cause: expect.stringMatching(/^the settlement was refused: CHAIN_REVERTED: .*EscrowNotSettler/),
    },
  ])
  const [letter] = await letters()
  const retry = () => sendCommand(nc, 'retry-dead', { sequence: letter!.sequence })
  await expect(retry()).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
  expect(await letters()).toEqual([letter])

  await change('grantRole')
  expect(await retry()).toEqual({ sequence: letter!.sequence })
  expect(await letters()).toEqual([])
  const task = await following.ended.finally(() => following.stop())
  expect(task).toMatchObject({ state: 'completed', settled: true })
  const bundle = JSON.parse(Buffer.from(await getArtifact(nc, task.proven!.bundle)).toString('utf8'))
  expect((await verifyBundle(bundle, { rpcUrl: stack.urls.chain })).findings).toEqual([])
})
