import type { Json } from '../../../protocol/canonical.ts'
import { schemaFault, schemaFaults } from '../../../protocol/parameters.ts'
import type { Template } from '../../../protocol/template.ts'
import { type Fault, invalid } from './fault.ts'

export type Parameters = { readonly [name: string]: Json }

/** The schemas of a template are schemas, and the defaults are what they themselves ask for. */
export function declarationFaults({ inputSchema, parameters = {} }: Template): Fault[] {
  const badInput = inputSchema ? schemaFault(inputSchema) : null
  return [
    ...(badInput ? [invalid(['inputSchema'], badInput, 'Write JSON Schema 2020-12.')] : []),
    ...Object.entries(parameters).flatMap(([name, schema]) => {
      const path = ['parameters', name]
      const bad = schemaFault(schema)
      if (bad) return [invalid(path, bad, 'Write JSON Schema 2020-12.')]
      if (schema.default === undefined) return []
      const faults = schemaFaults(schema, schema.default, 'default')
      return faults.map(what => invalid([...path, 'default'], what, 'Give a default that its own schema allows.'))
    }),
  ]
}

/** The parameters in force: those given, and the defaults of the others. */
export function withDefaults({ parameters = {} }: Template, given: Parameters): Parameters {
  const defaults = Object.entries(parameters).flatMap(([name, schema]) =>
    schema.default === undefined ? [] : [[name, schema.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...given }
}

/** What was given that is not declared, what is declared and was not given, and what does not fit. */
export function parameterFaults(template: Template, given: Parameters): Fault[] {
  const { parameters = {} } = template
  const fault = (name: string, what: string): Fault => ({
    path: ['parameters', name],
    code: 'PARAMETERS_INVALID',
    what,
    toDo: 'Give the parameters that the template declares, each of its schema.',
  })
  const surplus = Object.keys(given).filter(name => !Object.hasOwn(parameters, name))
  const inForce = withDefaults(template, given)
  const declared = Object.keys(parameters).join(', ') || 'none'
  return [
    ...surplus.map(name => fault(name, `it was given, and the template declares ${declared}`)),
    ...Object.entries(parameters).flatMap(([name, schema]) =>
      Object.hasOwn(inForce, name)
        ? schemaFaults(schema, inForce[name]!, name).map(what => fault(name, what))
        : [fault(name, 'it was not given, and has no default')],
    ),
  ]
}

/** Why the task's input is not what the template asks for. */
export function inputFaults({ inputSchema }: Template, input: Json): Fault[] {
  if (!inputSchema) return []
  const toDo = "Send an input of the template's schema."
  return schemaFaults(inputSchema, input, 'input').map(what => ({
    path: ['inputSchema'],
    code: 'INPUT_INVALID',
    what,
    toDo,
  }))
}
