import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isRunning, waitForEnd } from '../harness/is-running.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const everything = fileURLToPath(new URL('programs/start-everything.ts', import.meta.url))

async function startEverything() {
  const dir = scratchDir('guard')
  const program = runProgram(everything, [dir])
  const pids = JSON.parse(await program.nextLine()) as number[]
  expect(pids).toHaveLength(4)
  expect(pids.filter(isRunning)).toEqual(pids)
  return { program, pids, waiterSaid: () => readFileSync(join(dir, 'waiter.log'), 'utf8') }
}

test('nothing outlives a process that is killed outright, and servers go last', async () => {
  const { program, pids, waiterSaid } = await startEverything()
  program.child.kill('SIGKILL')
  await program.end
  expect(await waitForEnd(pids, 10_000)).toEqual([])
  expect(waiterSaid()).toBe('ended before 3 of 3\n')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends all of it in order, and the exit code says so', async (signal, code) => {
  const { program, pids } = await startEverything()
  program.child.kill(signal)
  expect(await program.end).toMatchObject({ code, stderr: '' })
  expect(pids.filter(isRunning)).toEqual([])
})

test('a process whose starter is gone ends too', async () => {
  const { program, pids } = await startEverything()
  program.child.disconnect()
  expect(await program.end).toMatchObject({ code: 143 })
  expect(pids.filter(isRunning)).toEqual([])
})
