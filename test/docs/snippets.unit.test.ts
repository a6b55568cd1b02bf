import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { cardOf } from '../../agents/sdk/card.ts'
import { type AgentDefinition, Retryable, type SkillContext } from '../../agents/sdk/define.ts'
import { agree } from '../../coordinator/flow/agree/agree.ts'
import { planFrom } from '../../coordinator/flow/plan.ts'
import { libraryOf } from '../../coordinator/planner/check-template.ts'
import { parseTemplate } from '../../coordinator/planner/read-template.ts'
import { readTemplateText } from '../../coordinator/planner/template-file.ts'
import type { Json } from '../../protocol/canonical.ts'
import { sha256 } from '../../protocol/hash.ts'
import { plantSnippets, projectDir, snippetsOf } from './snippets.ts'

let dir: string
beforeAll(() => {
  dir = plantSnippets()
})

const ctx: SkillContext = {
  signal: new AbortController().signal,
  taskId: sha256('task'),
  subtaskId: 'one',
  attempt: 1,
  idempotencyKey: 'task:one',
  progress() {},
}

async function agentAt(path: string): Promise<AgentDefinition> {
  return ((await import(pathToFileURL(join(dir, path)).href)) as { default: AgentDefinition }).default
}

describe('TypeScript of the guides', () => {
  it('is there, and passes the type check of the project', { timeout: 120_000 }, () => {
    const files = snippetsOf('ts').map(({ path }) => join(dir, path))
    expect(files.length).toBeGreaterThanOrEqual(6)
    const { config } = ts.readConfigFile(join(projectDir, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dir)
    const program = ts.createProgram(files, options)
    // Of these alone: what they import is checked with the project.
    const faults = files.flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    expect(
      ts.formatDiagnostics(faults, { ...ts.sys, getCanonicalFileName: name => name, getNewLine: () => '\n' }),
    ).toBe('')
  })

  it.each(['tides', 'gauge', 'summary'])('of the agent %s has a card', async name => {
    expect(cardOf(await agentAt(`agents/${name}/agent.ts`))).toMatchObject({ name, skills: [{ version: '1.0.0' }] })
  })
})

describe('the agent of tides', () => {
  it('answers so that replicas agree, and a wrong one is outvoted', async () => {
    const tides = await agentAt('agents/tides/agent.ts')
    const output: { levels: { hour: number; levelM: number }[]; model: string } = await tides.skills[0]!.run(
      { station: 'harbour', hours: 3 },
      ctx,
    )
    const wrong = { ...output, levels: output.levels.map(({ hour, levelM }) => ({ hour, levelM: levelM + 0.2 })) }
    const other = { ...output, model: 'another' }
    const replicas = [output, other, wrong].map((each, index) => ({ agentId: `${index}`, output: each as Json }))
    const asked = { agents: ['0', '1', '2'], quorum: 2, noShows: [], unrevealed: [] }
    const { verdict, output: agreed } = agree(replicas, cardOf(tides).skills[0]!.outputSchema, asked)
    expect(verdict).toMatchObject({ outcome: 'agreed', deviators: ['2'] })
    expect(agreed).toEqual(output)
  })

  it('fails for good at a station that is none', async () => {
    const tides = await agentAt('agents/tides/agent.ts')
    expect(() => tides.skills[0]!.run({ station: 'moon', hours: 1 }, ctx)).toThrow('there is no station moon')
  })
})

describe('the agent of gauges', () => {
  const server = createServer((request, response) => {
    response.statusCode = Number(request.url!.slice(1))
    response.end('1.25')
  })
  beforeAll(() => new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise(resolve => void server.close(resolve)))

  const read = async (status: number) => {
    const gauge = await agentAt('agents/gauge/agent.ts')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${status}`
    return gauge.skills[0]!.run({ url }, ctx)
  }

  it('gives what the gauge shows', async () => {
    expect(await read(200)).toEqual({ levelM: 1.25 })
  })

  it('tells what may pass from what will not', async () => {
    await expect(read(503)).rejects.toMatchObject({ name: new Retryable('').name })
    await expect(read(404)).rejects.toMatchObject({ name: 'Error', message: 'there is no such gauge: 404' })
  })
})

describe('templates of the guides', () => {
  const snippets = snippetsOf('yaml')
  const library = libraryOf(snippets.map(({ path, text }) => readTemplateText(path, text)))
  it.each(snippets)('$path becomes a plan', ({ text }) => {
    const offer = { domains: 5, highestPrice: 5_000_000n, nearest: [] }
    const limits = { budget: 200_000_000n, feeBps: 200, availableMs: 90_000_000 }
    const plan = planFrom(parseTemplate(parse(text)), sha256(text), () => offer, limits, { library })
    expect(plan.subtasks.length).toBeGreaterThan(0)
  })

  it('are there', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(4)
  })
})
