import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { schemaFile, schemaText } from '../../docs/generate-template-schema.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const entente = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))
let dir: string
beforeAll(() => {
  dir = scratchDir('template-check')
})

const skill = (name: string, input: object, output: object) => ({
  name,
  version: '1.0.0',
  description: name,
  inputSchema: { type: 'object', properties: input, required: Object.keys(input) },
  outputSchema: { type: 'object', properties: output, required: Object.keys(output), additionalProperties: false },
  price: '1000000',
})
const skills = [
  skill(
    'predict-tide',
    { station: { type: 'string' }, hours: { type: 'integer' } },
    { levels: { type: 'array', items: { type: 'number' } } },
  ),
  {
    ...skill(
      'word-warning',
      { levels: { type: 'array', items: { type: 'number' } }, above: { type: 'number' } },
      { text: { type: 'string' } },
    ),
    domains: 2,
  },
]
const head = ['name: flood-watch', 'version: 1.0.0', 'title: Flood watch']

async function check(lines: readonly string[], options: readonly string[] = []) {
  const file = join(dir, 'template.yaml')
  writeFileSync(file, `${[...head, ...lines].join('\n')}\n`)
  writeFileSync(join(dir, 'skills.json'), JSON.stringify(skills))
  const { code, stdout, stderr } = await runProgram(entente, ['template', 'check', file, ...options]).end
  return { code, stderr, said: stdout.replaceAll(file, 'template.yaml').trim().split('\n') }
}

describe('entente template check', () => {
  it('says nothing against a template that can run', async () => {
    const lines = [
      'subtasks:',
      '  - { id: tide, skill: predict-tide@1, input: "{ station: input.station, hours: `24` }" }',
      '  - { id: warning, skill: word-warning@1, after: [tide], replicas: 2, input: "{ levels: outputs.tide.levels, above: `3.5` }" }',
    ]
    const options = ['--skills', join(dir, 'skills.json'), '--budget', '3060000', '--time', '100000']
    expect(await check(lines, options)).toMatchObject({
      code: 0,
      said: ['template.yaml: flood-watch@1.0.0, 2 subtasks: no faults.'],
    })
  })

  it('says of every fault where it is, what, and what to do', async () => {
    const { code, said } = await check([
      'subtasks:',
      '  - id: tide',
      '    skill: predict-tide@1',
      '    input: "{ station: input.station"',
      '    quorum: 2',
      '  - id: warning',
      '    skill: word-warning@1',
      '    after: [tides]',
      '    input: "{ levels: outputs.tide.levels, above: params.alarmM }"',
    ])
    expect(code).toBe(2)
    expect(said).toEqual([
      'template.yaml:8:5 subtasks[0].quorum: 2 is more than its 1 replicas. Ask for at most 1, or for more replicas.',
      'template.yaml:11:13 subtasks[1].after[0]: there is no subtask tides. Name one of tide, warning.',
      'template.yaml:7:5 subtasks[0].input: Syntax error: expecting an identifier token, got: EOF. Correct the expression (JMESPath, https://jmespath.site).',
      'template.yaml:12:5 subtasks[1].input: it reads outputs.tide, and nothing says that tide ends before. Name tide in `after`.',
      'template.yaml:12:5 subtasks[1].input: it reads params.alarmM, and the template declares none. Declare alarmM.',
    ])
  })

  it('names each pattern that would not be answered in a time that grows with the text', async () => {
    const { code, said } = await check([
      'inputSchema:',
      '  type: object',
      '  properties:',
      '    station: { type: string, pattern: "^(a+)+$" }',
      '    area:',
      '      type: string',
      '      pattern: "^(?!XX)"',
      '  patternProperties:',
      '    "(a)\\\\1": {}',
      'subtasks:',
      '  - { id: sign, ask: { question: Sure?, deadlineMs: 5000, answer: { type: string, pattern: "(?i:yes)" } } }',
    ])
    expect(code).toBe(2)
    const toDo = 'Write it without look-around, back-references and flags, and shorter.'
    expect(said).toEqual([
      `template.yaml:10:7 inputSchema.properties.area.pattern: (?!X looks around. ${toDo}`,
      `template.yaml:12:5 inputSchema.patternProperties.(a)\\1: \\1 refers back to what was matched before. ${toDo}`,
      `template.yaml:14:83 subtasks[0].ask.answer.pattern: (?i: sets flags within the pattern. ${toDo}`,
    ])
  })

  it('names fields that there are not, and kinds that are two', async () => {
    const { said } = await check([
      'subtask: []',
      'subtasks:',
      '  - { id: a, skill: s@1, wait: { ms: 5 } }',
      '  - { id: b, skil: s@1 }',
    ])
    expect(said).toEqual([
      expect.stringMatching(
        /^template\.yaml:6:5 subtasks\[0\]: one of skill, wait, ask and plan is wanted, skill and wait\./,
      ),
      expect.stringMatching(/^template\.yaml:7:14 subtasks\[1\]\.skil: there is no such field\./),
      expect.stringMatching(
        /^template\.yaml:7:5 subtasks\[1\]: one of skill, wait, ask and plan is wanted, there is none\./,
      ),
      expect.stringMatching(/^template\.yaml:4:1 subtask: there is no such field\./),
    ])
  })

  it('says whose schemas do not fit, which skills there are not, and what it would cost', async () => {
    const lines = [
      'subtasks:',
      '  - { id: tide, skill: predict-tide@1, input: "{ station: input.station }" }',
      '  - id: warning',
      '    skill: word-warning@1',
      '    after: [tide]',
      '    input: "{ levels: outputs.tide.level, above: \'high\' }"',
      '  - { id: sirens, skill: sound-sirens@1 }',
    ]
    const { code, said } = await check(lines, ['--skills', join(dir, 'skills.json'), '--budget', '5', '--time', '9'])
    expect(code).toBe(2)
    expect(said).toEqual([
      expect.stringMatching(
        /:10:19 subtasks\[2\]\.skill: no active agent offers sound-sirens@1; the nearest are word-warning@1/,
      ),
      expect.stringMatching(
        /:5:40 subtasks\[0\]\.input: tide gives predict-tide@1 what it does not take: hours: it is asked for, and not given/,
      ),
      expect.stringMatching(
        /:9:5 subtasks\[1\]\.input: warning gives word-warning@1 .* levels: it is null, a list is asked for/,
      ),
      expect.stringMatching(/:9:5 subtasks\[1\]\.input: .* above: it is a string, a number is asked for/),
      expect.stringMatching(/:4:1 subtasks: the plan may cost 2040000, the budget is 5\. Raise the budget/),
      expect.stringMatching(/:4:1 subtasks: the longest chain may take 60000 ms, 9 ms are left \(tide, warning\)/),
    ])
  })

  it('names them in what may be of several forms too, by the form that is nearest', async () => {
    const { said } = await check([
      'subtasks:',
      '  - { id: a, wait: { event: flood, onSilense: fail, deadline: 5, deadlineMs: 100 } }',
      '  - { id: b, skill: s@1, replicas: { start: 1, mots: 3 } }',
      '  - { id: c, ask: { question: { text: q }, answer: {}, deadlineMs: 100 } }',
      '  - { id: d, ask: { question: 5, answer: {}, deadlineMs: 100 } }',
    ])
    expect(said.map(line => /^template\.yaml:(\S+ \S+) ([^.]+)\./.exec(line)?.slice(1))).toEqual([
      ['5:14 subtasks[0].wait.onSilence:', 'Invalid option: expected one of "fail"|"continue"'],
      ['5:36 subtasks[0].wait.onSilense:', 'there is no such field'],
      ['5:53 subtasks[0].wait.deadline:', 'there is no such field'],
      ['6:26 subtasks[1].replicas.most:', 'Invalid input: expected number, received undefined'],
      ['6:48 subtasks[1].replicas.mots:', 'there is no such field'],
      ['7:21 subtasks[2].ask.question.expression:', 'Invalid input: expected string, received undefined'],
      ['7:33 subtasks[2].ask.question.text:', 'there is no such field'],
      ['8:21 subtasks[3].ask.question:', 'Invalid input: expected string, received number'],
    ])
  })

  it('says all the places where a file is no YAML', async () => {
    expect(await check(['title: Flood', 'subtasks: []', 'subtasks: [a'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/PLAN_INVALID: (\S*template\.yaml:[467]:\d+ .*\n){3}/),
    })
  })

  it('says where a file is no YAML', async () => {
    expect(await check(['subtasks: [a'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/PLAN_INVALID: .*template\.yaml:5:1 /),
    })
  })
})

it('entente template lock prints the artifacts to store, each under the hash that the one above it names', async () => {
  const folder = fileURLToPath(new URL('../../scenarios/templates/letter-of-credit', import.meta.url))
  const { code, stdout } = await runProgram(entente, [
    'template',
    'lock',
    join(folder, 'template.yaml'),
    '--templates',
    folder,
  ]).end
  expect(code).toBe(0)
  const [first, second, ...more] = JSON.parse(stdout) as { hash: string; template: { name: string; uses?: object } }[]
  expect(more).toEqual([])
  expect(first!.template).toMatchObject({
    name: 'letter-of-credit',
    uses: { 'document-examination@1.0.0': second!.hash },
  })
  expect([first, second].map(each => contentHash(each!.template))).toEqual([first!.hash, second!.hash])
})

it('entente template fill names the skill that a node asks for in words, and says which and why', async () => {
  const draft = join(dir, 'draft.yaml')
  const [listed, why] = [join(dir, 'listed.json'), join(dir, 'why.json')]
  const node = "{ id: tide, find: predict the tide, input: '{ station: input.station, hours: `24` }' }"
  writeFileSync(draft, `${[...head, 'subtasks:', `  - ${node}`].join('\n')}\n`)
  writeFileSync(listed, JSON.stringify(skills))
  const { code, stdout, stderr } = await runProgram(entente, [
    ...['template', 'fill', draft, '--skills', listed, '--explain', why],
  ]).end
  expect(JSON.parse(stdout)).toMatchObject({ name: 'flood-watch', subtasks: [{ id: 'tide', skill: 'predict-tide@1' }] })
  expect(stderr).toBe('subtasks[0]: “predict the tide” is predict-tide@1 (1.00)\n')
  expect(JSON.parse(readFileSync(why, 'utf8'))).toMatchObject([{ skill: 'predict-tide@1', passedOver: [] }])
  expect(code).toBe(0)
})

it('entente template schema prints the schema that is committed (node_modules/.bin/node docs/generate-template-schema.ts)', async () => {
  const { stdout } = await runProgram(entente, ['template', 'schema']).end
  expect(stdout).toBe(readFileSync(schemaFile, 'utf8'))
  expect(stdout).toBe(schemaText())
})
