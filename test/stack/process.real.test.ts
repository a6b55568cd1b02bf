import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EntenteError } from '../../protocol/errors.ts'
import { startProcess } from '../../stack/process.ts'
import { stopChild } from '../../stack/stop-child.ts'
import { isRunning } from '../harness/is-running.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const program = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))

describe('startProcess', () => {
  test('gives what the program said when ready, then its messages, and ends it in order', async () => {
    const messages: unknown[] = []
    const deaths: EntenteError[] = []
    process.env.A_SECRET_OF_THE_STARTER = 'x'
    onTestFinished(() => {
      delete process.env.A_SECRET_OF_THE_STARTER
    })
    const child = await startProcess<{ args: string[]; env: string[] }>({
      name: 'waiter',
      entry: program('wait-for-end'),
      args: ['--one', 'two words'],
      env: { GIVEN: '1' },
      dir: scratchDir('process'),
      onMessage: message => messages.push(message),
      onDeath: death => deaths.push(death),
    })
    expect(child.ready.args).toEqual(['--one', 'two words'])
    expect(child.ready.env).toContain('GIVEN')
    expect(child.ready.env).not.toContain('A_SECRET_OF_THE_STARTER')
    await expect.poll(() => messages).toEqual([{ said: 'and then' }])
    await child.stop()
    await child.stop()
    expect(isRunning(child.pid)).toBe(false)
    expect(readFileSync(child.logFile, 'utf8')).toBe('ended in order\n')
    expect(deaths).toEqual([])
  })

  test('fails with the last words of a program that ends before it is ready', async () => {
    const starting = startProcess({ name: 'early', entry: program('die-early'), dir: scratchDir('process') })
    await expect(starting).rejects.toMatchObject({
      code: 'STACK_SERVER_DIED',
      message: expect.stringMatching(/exit code 3.*the reason, in its own words/s),
    })
  })

  test('tells of a program that dies later', async () => {
    const { promise, resolve } = Promise.withResolvers<EntenteError>()
    const child = await startProcess({
      name: 'waiter',
      entry: program('wait-for-end'),
      dir: scratchDir('process'),
      onDeath: resolve,
    })
    process.kill(child.pid, 'SIGKILL')
    expect(await promise).toMatchObject({ code: 'STACK_SERVER_DIED', message: expect.stringContaining('SIGKILL') })
  })
})

test('stopChild makes a child end that does not want to', async () => {
  const child = spawn('/bin/sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.05; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  await stopChild(child, 200)
  expect(child.signalCode).toBe('SIGKILL')
})
