import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'

export type Program = {
  child: ChildProcess
  /** The next line that it prints; rejects when it ends first. */
  nextLine(): Promise<string>
  /** Resolves when it has ended. */
  end: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>
}

/** Runs a program of ours for one test; whatever is left of it when the test ends is killed. */
export function runProgram(file: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env): Program {
  const options = { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] } satisfies SpawnOptions
  const child = spawn(process.execPath, [file, ...args], options) as ChildProcessByStdio<null, Readable, Readable>
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', data => {
    printed.stdout += data
  })
  child.stderr.on('data', data => {
    printed.stderr += data
  })
  // Not the child's own 'close', which never comes after `disconnect`.
  const end = Promise.all([once(child, 'exit'), once(child.stdout, 'close'), once(child.stderr, 'close')]).then(
    ([[code, signal]]) => ({ code, signal, ...printed }),
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await end
  })
  return {
    child,
    end,
    async nextLine() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${file} ended early: ${printed.stderr}`)
      return value
    },
  }
}
