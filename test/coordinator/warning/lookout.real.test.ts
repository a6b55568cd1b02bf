import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { beforeAll, describe, expect, it } from 'vitest'
import { AlertEntry } from '../../../protocol/alert.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { SupervisionPolicy } from '../../../protocol/supervision.ts'
import { startRole } from '../../../scenarios/consortium/start-processes.ts'
import { readSubject } from '../../../stack/read-subject.ts'
import { putSupervisionInForce } from '../../../stack/supervision.ts'
import { runProgram } from '../../harness/run-program.ts'
import sleeper from '../programs/sleeper.ts'
import { kill, withCoordinators } from '../with-coordinators.ts'

const office = withCoordinators()

const policy = SupervisionPolicy.parse({
  format: 'entente.supervision/1',
  id: 'test',
  version: '1.0.0',
  thresholds: { 'deadline-at-risk': { share: 0.5 } },
})

async function startLookout(name: string) {
  const env = { ...office.busEnv(), LOG_LEVEL: 'warn' }
  const child = await startRole('lookout', name, { dir: office.stack.dir, env, onDeath: () => {} }, {})
  office.children.push(child)
  return child
}

async function entries(): Promise<AlertEntry[]> {
  const found: AlertEntry[] = []
  const jsm = await jetstreamManager(office.consortium.nc)
  for await (const message of readSubject(jsm, streams.alerts, subjects.alert('*', '*'))) {
    found.push(AlertEntry.parse(message.json()))
  }
  return found
}

async function until(isThere: (found: readonly AlertEntry[]) => boolean): Promise<AlertEntry[]> {
  for (;;) {
    const found = await entries()
    if (isThere(found)) return found
    await sleep(100)
  }
}

beforeAll(async () => {
  await office.employ(sleeper, 'weather')
  await putSupervisionInForce(office.consortium.nc, policy)
})

describe('lookouts', () => {
  it('raise an alert once, and clear it once, however many there are and however often one is started', async () => {
    const first = await startLookout('lookout-0')
    await startLookout('lookout-1')
    const doze = { skill: 'doze@1', input: 'input', deadlineMs: 5_000 }
    const subtasks = [
      { id: 'first', ...doze },
      { id: 'then', ...doze, after: ['first'] },
    ]
    const task = await office.open(subtasks, { input: { sleepMs: 2_500 }, durationS: 15 })
    const [raised] = await until(found => found.length > 0)
    const about = { taskId: task.taskId, subtaskId: 'first' }
    expect(raised).toMatchObject({ kind: 'raised', alert: { code: 'deadline-at-risk', about } })
    kill(first.pid)
    await startLookout('lookout-2')
    await task.until('TaskCompleted')
    await until(found => found.some(({ kind }) => kind === 'cleared'))
    // Time for one that would say it again.
    await sleep(1_500)
    expect((await entries()).map(({ kind }) => kind)).toEqual(['raised', 'cleared'])
    const clearedAtMs = expect.any(Number)
    expect(await listed('--all')).toMatchObject([{ code: 'deadline-at-risk', about, clearedAtMs }])
    expect(await listed()).toEqual([])
  })
})

async function listed(...options: string[]): Promise<unknown[]> {
  const env = { ...process.env, ...office.busEnv() }
  const { code, stdout, stderr } = await runProgram('cli/entente.ts', ['alert', 'list', ...options], env).end
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
