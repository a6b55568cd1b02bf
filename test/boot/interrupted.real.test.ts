import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { leftovers } from '../harness/leave-nothing-behind.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const boot = fileURLToPath(new URL('../../boot/boot.mjs', import.meta.url))
const childOf = (pid: number) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
const patience = { timeout: 40_000, interval: 20 }

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a test run that %s ends leaves neither folder nor process',
  async signal => {
    const tmp = scratchDir('tmp')
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, TMPDIR: tmp }
    const run = spawn(process.execPath, [boot, 'test', 'test/stack/embedded.real.test.ts'], { env, stdio: 'ignore' })
    onTestFinished(() => void run.kill('SIGKILL'))
    const isUp = () => globSync(`${tmp}/entente-test-*/embedded-*/nats/jetstream`).length > 0
    await vi.waitFor(() => expect(isUp()).toBe(true), patience)
    const ended = once(run, 'exit')
    // Outright it is the run itself that dies: who started it could not have it end.
    process.kill(signal === 'SIGKILL' ? childOf(run.pid!) : run.pid!, signal)
    await ended
    // As long as something runs, it may make its folder anew.
    expect(await leftovers(tmp)).toEqual([])
    await vi.waitFor(() => expect(readdirSync(tmp)).toEqual([]), patience)
  },
)
