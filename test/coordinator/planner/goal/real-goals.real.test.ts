import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseQueries, parseTools } from '../../../../coordinator/lab/tool-routing.ts'
import { planByModel } from '../../../../coordinator/planner/goal/plan-by-model.ts'
import type { OfferedSkill } from '../../../../coordinator/planner/goal/vocabulary.ts'
import { EntenteError } from '../../../../protocol/errors.ts'
import { skillReference } from '../../../../registry/match.ts'
import { type ChatRequest, startModelServer } from '../../../harness/model-server.ts'
import { plannerOf } from './harbour.ts'

const read = (name: string) => readFileSync(new URL(`../../../data/tool-routing/${name}`, import.meta.url), 'utf8')
const slug = (tool: string) =>
  tool
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 63)

const skills = [...parseTools('tools.json', read('tools.json')).values()].map(
  ({ tool, sought: { description, provider } }): OfferedSkill => {
    // The data has no schemas: whether inputs fit outputs is not tried here.
    const any = { type: 'object' }
    return {
      name: slug(tool),
      version: '1.0.0',
      description,
      inputSchema: any,
      outputSchema: any,
      price: '1',
      provider,
    }
  },
)

/** Each request, the list of its steps, and each step by itself; with the steps, and the tools that people found necessary. */
const goals = new Map(
  parseQueries('queries.json', read('queries.json')).flatMap(({ question, steps, tools }) => {
    const gold = [...new Set(tools.map(tool => skillReference({ name: slug(tool), version: '1.0.0' })))]
    const whole = [question, steps.join(' Then: ')].map(goal => [goal.slice(0, 2_000), { steps, gold }] as const)
    return [...whole, ...steps.map(step => [step, { steps: [step] as string[], gold }] as const)]
  }),
)

/** A model that knows the right tools, offered or not: it names all of them, and when it is told, leaves those out. */
function answer({ messages, response_format }: ChatRequest): string {
  const goal: string = JSON.parse(/<goal>\n(.*)\n<\/goal>/.exec(messages[1]!.content)![1]!)
  const { steps, gold } = goals.get(goal)!
  if (response_format?.json_schema?.name === 'steps') return JSON.stringify({ steps })
  const refusals = messages.filter(({ role }, place) => role === 'user' && place > 1).map(({ content }) => content)
  const left = gold.filter(skill => !refusals.some(text => new RegExp(`[" ]${skill}[,:]`).test(text)))
  if (left.length === 0) return JSON.stringify({ cannot: 'None of the tools that it takes is offered.' })
  const subtasks = left.map((skill, at) => ({
    id: `s${at}`,
    skill,
    after: at === 0 ? [] : [`s${at - 1}`],
    input: 'input',
  }))
  return JSON.stringify({ title: 'By the annotated tools', subtasks, output: `outputs.s${left.length - 1}` })
}

it('over 527 real tools, every one of 200 goals and more becomes a valid plan of the right tools, or is refused', async () => {
  expect(goals.size).toBeGreaterThan(200)
  const server = await startModelServer(answer)
  const counts = { atOnce: 0, repaired: 0, refused: 0 }
  try {
    const planner = await plannerOf(skills, server.baseUrl)
    for (const [goal, { gold }] of goals) {
      const made = await planByModel({ goal, budget: 100_000_000n }, planner).catch((error: unknown) => {
        if (error instanceof EntenteError && error.code === 'GOAL_UNPLANNED') return null
        throw error
      })
      if (made === null) {
        counts.refused++
        continue
      }
      const { plan, record } = made
      const used = plan.subtasks.map(({ skill }) => skill)
      expect(used.length).toBeGreaterThan(0)
      expect(used.filter(skill => !gold.includes(skill) || !record.offered.includes(skill))).toEqual([])
      counts[used.length === gold.length ? 'atOnce' : 'repaired']++
    }
  } finally {
    await server.stop()
  }
  expect({ goals: goals.size, ...counts }).toEqual({ goals: 223, atOnce: 74, repaired: 100, refused: 49 })
}, 60_000)
