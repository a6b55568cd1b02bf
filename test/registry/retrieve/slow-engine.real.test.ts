import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runProgram } from '../../harness/run-program.ts'

it('the embedded model waits for its engine, however late that is', async () => {
  const program = fileURLToPath(new URL('programs/slow-engine.ts', import.meta.url))
  expect(await runProgram(program).end).toMatchObject({ code: 0, stdout: '512\n' })
})
