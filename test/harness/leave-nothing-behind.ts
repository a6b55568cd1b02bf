import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

const GRACE_MS = 8_000
const sweeping = fileURLToPath(new URL('sweep.sh', import.meta.url))

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which this run keeps everything; removed when it ends. */
    runDir: string
  }
}

/**
 * Gives the run one folder for all its data and, at its end, fails when a process that works in that folder is left. A run that
 * is interrupted gets no end of its own: the folder is removed all the same.
 */
export default function setup(project: TestProject): () => Promise<void> {
  const runDir = mkdtempSync(join(tmpdir(), 'entente-test-'))
  project.provide('runDir', runDir)
  const swept = sweepAfterwards(runDir)
  return async () => {
    const left = await leftovers(runDir)
    rmSync(runDir, { recursive: true, force: true })
    swept()
    if (left.length > 0) throw new Error(`processes left behind by the tests:\n${left.join('\n')}`)
  }
}

/** Has the folder removed once this process is gone, unless what is returned was called. */
function sweepAfterwards(dir: string): () => void {
  // Apart, so that Ctrl-C does not reach it; and told by its input, so that it does not look like a process of the run's.
  const sweeper = spawn('sh', [sweeping], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  sweeper.stdin.write(`${dir}\n`)
  sweeper.unref()
  return () => void sweeper.stdin.end('removed\n')
}

/** Processes that are still there after a grace in which a guard may end them. */
export async function leftovers(dir: string): Promise<string[]> {
  const giveUpMs = performance.now() + GRACE_MS
  for (;;) {
    const found = processesIn(dir)
    if (found.length === 0 || performance.now() > giveUpMs) return found
    await sleep(100)
  }
}

/** Those whose arguments, working folder or output lie in `dir`. Only Linux tells; elsewhere none is found. */
function processesIn(dir: string): string[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc').flatMap(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const traces = [command, readlinkSync(`/proc/${pid}/cwd`), readlinkSync(`/proc/${pid}/fd/1`)]
      return traces.some(trace => trace.includes(dir)) ? [`${pid} ${command}`] : []
    } catch {
      // It ended while we looked, or belongs to someone else.
      return []
    }
  })
}
