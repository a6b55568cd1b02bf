import { maxProposed } from '../../../protocol/planning.ts'
import { templateSchema } from '../template-schema.ts'

/** Steps of a goal that are looked for. */
export const maxSteps = 12

/** The form in which a model breaks a goal down. */
export const stepsForm = {
  name: 'steps',
  schema: {
    type: 'object',
    properties: { steps: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: maxSteps } },
    required: ['steps'],
    additionalProperties: false,
  },
}

/** Fields of a node that are not a model's to fill in. */
const NOT_ITS = ['wait', 'ask', 'plan', 'parameters', 'judge']

type Object = { readonly [field: string]: unknown }
type OfTemplates = { readonly $defs?: Object; readonly properties: { readonly [field: string]: Object } }

/** Takes some milliseconds to make, and is always the same. */
let ofTemplates: OfTemplates | undefined

/** The form of another rest of a plan: the same, and what goes on. */
export function restForm(offered: readonly string[]): { name: string; schema: object } {
  const { schema } = planForm(offered) as { schema: { readonly properties: Object } }
  const { title: _, ...properties } = schema.properties
  const keep = { type: 'array', items: { type: 'string' }, description: 'ids of the plan so far that go on' }
  return { name: 'rest', schema: { ...schema, properties: { ...properties, keep } } }
}

/** The form of a plan: the template's own JSON Schema, with less in it, and the skills that are offered as its only ones. */
export function planForm(offered: readonly string[]): { name: string; schema: object } {
  ofTemplates ??= templateSchema() as OfTemplates
  const { $defs, properties } = ofTemplates
  const node = properties.subtasks!.items as { readonly properties: { readonly [field: string]: Object } }
  const fields = Object.entries(node.properties).filter(([field]) => !NOT_ITS.includes(field))
  const skill = { type: 'string', enum: [...offered] }
  const compensate = node.properties.compensate as { readonly properties: Object }
  const own = Object.fromEntries(fields)
  const items = {
    ...node,
    properties: { ...own, skill, compensate: { ...compensate, properties: { ...compensate.properties, skill } } },
    required: ['id', 'skill', 'input'],
  }
  return {
    name: 'plan',
    schema: {
      type: 'object',
      properties: {
        cannot: { type: 'string', description: 'instead of all else, where the skills do not do it: why' },
        title: { type: 'string' },
        subtasks: { type: 'array', minItems: 1, maxItems: maxProposed, items },
        output: { type: 'string', description: 'JMESPath over { input, outputs }, giving what was wanted' },
      },
      additionalProperties: false,
      ...($defs ? { $defs } : {}),
    },
  }
}
