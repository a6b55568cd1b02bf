import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { entente } from '../scenarios/run-scenario.ts'

test('a run that is kept says how the other verbs reach it', { timeout: 120_000 }, async () => {
  const dir = scratchDir('keep')
  const { PATH, HOME } = process.env
  const options = ['--keep', '--out', join(dir, 'out')]
  const run = runProgram(entente, ['run', 'emergency-response', ...options], {
    PATH,
    HOME,
    ENTENTE_DATA: join(dir, 'data'),
  })
  let line = await run.nextLine()
  while (!line.includes('export ')) line = await run.nextLine()
  const said = line.slice(line.indexOf('export ') + 'export '.length)
  const env = { PATH, HOME, ...Object.fromEntries(said.split(' ').map(each => each.split('='))) }
  const verbs = [
    ['node', 'list'],
    ['chain', 'list', '--limit', '1'],
    ['contract', 'list'],
  ]
  for (const verb of verbs) {
    const { code, stdout } = await runProgram(entente, verb, env).end
    expect({ code, lines: stdout.split('\n').length > 1 }, verb.join(' ')).toEqual({ code: 0, lines: true })
  }
  run.child.kill('SIGINT')
  expect((await run.end).stderr).toBe('')
})
