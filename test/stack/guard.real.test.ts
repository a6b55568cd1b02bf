import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isRunning, waitForEnd } from '../harness/is-running.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const everything = fileURLToPath(new URL('programs/start-everything.ts', import.meta.url))

async function startEverything() {
  const program = runProgram(everything, [scratchDir('guard')])
  const pids = JSON.parse(await program.nextLine()) as number[]
  expect(pids).toHaveLength(4)
  expect(pids.filter(isRunning)).toEqual(pids)
  return { program, pids }
}

test('nothing outlives a process that is killed outright', async () => {
  const { program, pids } = await startEverything()
  program.child.kill('SIGKILL')
  await program.end
  expect(await waitForEnd(pids, 10_000)).toEqual([])
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
