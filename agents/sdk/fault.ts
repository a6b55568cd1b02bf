import { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import type { AgentDefinition, Skill } from './define.ts'

export type Fault = 'lie' | 'silent'

/**
 * A bad agent to rehearse with: it looks and registers like the good one. `lie` alters every number of its outputs by a
 * large, always equal amount, so that two liars collude; `silent` takes its work and never answers.
 */
export function withFault(definition: AgentDefinition, fault: Fault): AgentDefinition {
  const faulty = fault === 'lie' ? lying : silent
  return { ...definition, skills: definition.skills.map(faulty) }
}

function silent(skill: Skill): Skill {
  return { ...skill, run: () => new Promise(() => {}) }
}

function lying(skill: Skill): Skill {
  return {
    ...skill,
    async run(input, ctx) {
      return lieAbout(skill.output, (await skill.run(input, ctx)) as Json)
    },
  }
}

/** From the largest to none: the first that the schema accepts is told. */
const lies: readonly ((n: number) => number)[] = [
  n => n * 1.5 + 5,
  n => Math.round(n * 1.5) + 5,
  n => n * 0.5 - 5,
  n => Math.round(n * 0.5) - 5,
  n => n * 0.5,
  n => Math.round(n * 0.5),
]

/**
 * Alters numbers place by place (`hours.*.lat` is one place), each as far as the output stays one that the schema
 * accepts. The keys of lists are left alone: a lie that cannot be matched with the truth would be no test of it.
 */
function lieAbout(schema: z.ZodType, truth: Json): Json {
  const keys = listKeys(z.toJSONSchema(schema, { io: 'output' }))
  const places = new Set<string>()
  alterNumbers(truth, '', (number, place) => {
    places.add(place)
    return number
  })
  let told = truth
  for (const target of places) {
    if (keys.has(target.split('.').at(-1)!)) continue
    for (const lie of lies) {
      const candidate = alterNumbers(told, '', (number, place) => (place === target ? lie(number) : number))
      if (!schema.safeParse(candidate).success) continue
      told = candidate
      break
    }
  }
  return told
}

function alterNumbers(value: Json, place: string, alter: (number: number, place: string) => number): Json {
  if (typeof value === 'number') return alter(value, place)
  if (Array.isArray(value)) return value.map(item => alterNumbers(item, `${place}.*`, alter))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, alterNumbers(member, `${place}.${name}`, alter)]),
  )
}

/** The fields by which lists are matched (`agree: { by: 'list', key }`). */
function listKeys(schema: unknown): ReadonlySet<string> {
  const keys = new Set<string>()
  JSON.stringify(schema, (name, value) => {
    if (name === 'agree' && value?.by === 'list') keys.add(value.key)
    return value
  })
  return keys
}
