import type { Json } from '../../../protocol/canonical.ts'
import { givenFaults, refusedPatterns, type Schema, schemaFault, schemaFaults } from '../../../protocol/parameters.ts'
import { hasLostMarks, plainPlaces } from '../../../protocol/restricted-places.ts'
import type { Template } from '../../../protocol/template.ts'
import { missing } from '../seal/given.ts'
import { type Fault, invalid, type Path } from './fault.ts'

export type Parameters = { readonly [name: string]: Json }

/** The schemas of a template are schemas, and the defaults are what they themselves ask for. */
export function declarationFaults({ inputSchema, parameters = {} }: Template): Fault[] {
  return [
    ...(inputSchema ? schemaFaultsAt(['inputSchema'], inputSchema) : []),
    ...Object.entries(parameters).flatMap(([name, schema]) => {
      const path = ['parameters', name]
      const bad = schemaFaultsAt(path, schema)
      return bad.length > 0 || schema.default === undefined
        ? bad
        : defaultFaults([...path, 'default'], schema, schema.default)
    }),
  ]
}

/** It is a schema whose patterns can be asked, and every mark of what is restricted stands where it is looked for. */
export function schemaFaultsAt(path: Path, schema: Schema): Fault[] {
  const refused = refusedPatterns(schema).map((pattern): Fault => {
    const toDo = 'Write it without look-around, back-references and flags, and shorter.'
    return { path: [...path, ...pattern.path], code: 'PATTERN_REFUSED', what: pattern.why, toDo }
  })
  if (refused.length > 0) return refused
  const bad = schemaFault(schema)
  if (bad) return [invalid(path, bad, 'Write JSON Schema 2020-12.')]
  if (!hasLostMarks(schema)) return []
  const what = 'a mark `class: restricted` stands where nothing would be sealed: behind a reference, say'
  return [invalid(path, what, 'Write it below properties, items and alternatives.')]
}

/** A default is what its schema allows, and nothing that is restricted: everybody reads templates. */
export function defaultFaults(path: Path, schema: Schema, value: Json): Fault[] {
  if (plainPlaces(schema, value).length > 0) {
    return [invalid(path, 'what is restricted has a default, which everybody reads', 'Leave the default out.')]
  }
  return schemaFaults(schema, value, 'default').map(what =>
    invalid(path, what, 'Give a default that its own schema allows.'),
  )
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
        ? [
            ...plainFault(schema, inForce[name]!, name),
            ...givenFaults(schema, inForce[name]!, name).map(what => fault(name, what)),
          ]
        : [fault(name, 'it was not given, and has no default')],
    ),
  ]
}

/** Why the task's input is not what the template asks for. */
export function inputFaults({ inputSchema }: Template, input: Json): Fault[] {
  if (!inputSchema) return []
  const toDo = "Send an input of the template's schema."
  const faults = givenFaults(inputSchema, input, 'input')
  return [
    ...plainFault(inputSchema, input, 'input'),
    ...faults.map(what => ({ path: ['inputSchema'], code: 'INPUT_INVALID' as const, what, toDo })),
  ]
}

function plainFault(schema: Schema, value: Json, called: string): Fault[] {
  const plain = plainPlaces(schema, value)
  if (plain.length === 0) return []
  const toDo = 'Seal it before it is signed.'
  return [{ path: [], code: 'SEAL_MISSING', what: missing(called, plain), toDo }]
}
