import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { waitForEnd } from '../harness/is-running.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const program = fileURLToPath(new URL('programs/capturing.mjs', import.meta.url))

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends what is captured too, whatever it makes of it',
  async signal => {
    const file = join(scratchDir('capture'), 'pid')
    const { child, end } = runProgram(program, [file])
    await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toBeTruthy(), 10_000)
    child.kill(signal)
    expect(await end).toMatchObject({ signal })
    expect(await waitForEnd([Number(readFileSync(file, 'utf8'))], 2_000)).toEqual([])
  },
)
