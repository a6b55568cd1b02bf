import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runProgram } from '../harness/run-program.ts'

const program = fileURLToPath(new URL('programs/end-in-order.ts', import.meta.url))
const inOrder = 'ready\nsecond\nfirst\n'

test('a signal runs every step once, the last registered first, past one that fails', async () => {
  const { child, nextLine, end } = runProgram(program, ['wait'])
  await nextLine()
  child.kill('SIGINT')
  expect(await end).toMatchObject({ code: 130, stdout: inOrder, stderr: 'a step that fails\n' })
})

test('the same Ctrl-C arriving several times is one', async () => {
  const { child, nextLine, end } = runProgram(program, ['wait'])
  await nextLine()
  for (const pauseMs of [0, 50, 50]) {
    await sleep(pauseMs)
    child.kill('SIGINT')
  }
  expect(await end).toMatchObject({ code: 130, stdout: inOrder })
})

test('a second Ctrl-C does not wait for a step that hangs', async () => {
  const { child, nextLine, end } = runProgram(program, ['hang'])
  await nextLine()
  child.kill('SIGINT')
  await sleep(1_000)
  child.kill('SIGINT')
  expect(await end).toMatchObject({ code: 130, stdout: 'ready\n' })
})

test('a step that hangs holds the end up for ten seconds at most', async () => {
  const { child, nextLine, end } = runProgram(program, ['hang'])
  await nextLine()
  const startedMs = performance.now()
  child.kill('SIGTERM')
  expect(await end).toMatchObject({ code: 143 })
  expect(performance.now() - startedMs).toBeLessThan(15_000)
})

test('an error that nobody caught is told, and ends it in order with code 1', async () => {
  const { end } = runProgram(program, ['throw'])
  const { code, stdout, stderr } = await end
  expect({ code, stdout }).toEqual({ code: 1, stdout: inOrder })
  expect(stderr).toMatch(/^nobody caught this\n/)
})

test('shutDown ends it with the code given', async () => {
  const { end } = runProgram(program, ['leave'])
  expect(await end).toMatchObject({ code: 7, stdout: inOrder })
})

test('one whose reader has gone ends in order, and says nothing of it', async () => {
  const { child, nextLine, end } = runProgram(program, ['talk'])
  await nextLine()
  child.stdout!.destroy()
  expect(await end).toMatchObject({ code: 141, stderr: 'a step that fails\n' })
})
