import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const entente = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))

const dir = scratchDir('lab-route')
const fileOf = (name: string, content: unknown) => {
  const file = join(dir, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}
const tools = fileOf('tools.json', [
  { server: 'disk', serverDescription: 'Files', tool: 'read_file', description: 'Reads a file.' },
  { server: 'sky', serverDescription: 'Weather', tool: 'get_forecast', description: 'Rain and wind.' },
])
const queries = fileOf('queries.json', [
  { question: 'What does it say?', steps: ['read the file'], tools: ['read_file'] },
  { question: 'get the forecast', steps: [], tools: ['get_forecast', 'no_such_tool'] },
])
const labRoute = (...options: string[]) => runProgram(entente, ['lab', 'route', ...options]).end

it('entente lab route prints what was found as JSON', async () => {
  const { code, stdout } = await labRoute('--tools', tools, '--queries', queries, '--folds', '2')
  expect(code).toBe(0)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    perStep: { toolRecallAt5: 0.75, serverRecallAt5: 0.75 },
    counts: { queries: 2, steps: 2, tools: 2, servers: 2, wantedToolsThatNoServerHas: 1 },
  })
  expect(report.wholeQuestion.toolRecallAt5).toBeGreaterThan(0)
  expect(report.folds[0].perStep.toolRecallAt5).toBe(1)
})

it.each([
  ['a file that is not there', ['--tools', 'none.json', '--queries', queries], 'FILE_UNREADABLE'],
  ['a file of another form', ['--tools', queries, '--queries', queries], 'LAB_DATA_INVALID'],
  ['folds that are none', ['--tools', tools, '--queries', queries, '--folds', '1'], 'COMMAND_INVALID'],
])('%s is refused', async (_, options, error) => {
  const { code, stderr } = await labRoute(...options)
  expect([code, stderr.startsWith(error)]).toEqual([2, true])
  expect(stderr).not.toContain('    at ')
})
