import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fold } from '../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../coordinator/flow/state.ts'
import { taskAsJson } from '../../coordinator/flow/task-as-json.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { historyOf, newTaskId, openTaskLog } from '../coordinator/log/with-log.ts'
import { simulateBundle } from '../evidence/simulated-bundle.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { withStack } from '../harness/with-stack.ts'
import { entente } from '../scenarios/run-scenario.ts'

const stack = withStack()

function replay(args: readonly string[], env: Record<string, string> = {}) {
  return runProgram(entente, ['replay', ...args], { ...process.env, ...env }).end
}

describe('entente replay', () => {
  it('shows a task of the bus as it was after any of its events', async () => {
    const nc = await stack.connect('replayed')
    await ensureStreams(nc, { replicas: 1 })
    const taskId = newTaskId()
    const { history } = historyOf(2)
    const log = await openTaskLog(nc, 'writer')
    const logged = await log.append(await log.read(taskId), history.slice(0, 5))
    await log.append(logged, history.slice(5))
    const credsFile = join(scratchDir('replay'), 'bus.creds')
    writeFileSync(credsFile, stack.stack.busCreds ?? '', { mode: 0o600 })
    const env = { NATS_URL: stack.stack.urls.nats, ...(stack.stack.busCreds ? { NATS_CREDS: credsFile } : {}) }
    for (const at of [0, 3, 6, history.length]) {
      const { code, stdout, stderr } = await replay([taskId, '--at', `${at}`, '--json'], env)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const task = taskAsJson(fold(unknownTask(taskId), history.slice(0, at)))
      expect(JSON.parse(stdout)).toEqual({ events: at, of: history.length, stateHash: contentHash(task), task })
    }
    const lines = (await replay([taskId], env)).stdout.trim().split('\n')
    expect(lines).toHaveLength(history.length + 1)
    expect(lines[0]).toMatch(/^1 .*submitted +TaskSubmitted/)
  })

  it('shows the task of a bundle file, with no server', async () => {
    const file = join(scratchDir('replay'), 'bundle.json')
    const bundle = await simulateBundle('completed')
    writeFileSync(file, JSON.stringify(bundle))
    const { code, stdout } = await replay([file, '--json'])
    const events = bundle.events.map(({ event }) => event)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).task).toEqual(taskAsJson(fold(unknownTask(bundle.taskId), events)))
  })

  it.each([
    ['neither a file nor an id', ['nothing'], 'COMMAND_INVALID'],
    ['a place that is none', ['nothing', '--at', 'end'], 'COMMAND_INVALID'],
    ['no bus', [`0x${'1'.repeat(64)}`], 'CONFIG_INVALID'],
  ])('refuses %s', async (_, args, errorCode) => {
    const { code, stderr } = await replay(args, { NATS_URL: '' })
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(`^${errorCode}: `) })
  })
})
