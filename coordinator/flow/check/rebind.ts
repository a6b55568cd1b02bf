import type { Parameters } from './parameters.ts'

/** A name that an expression uses, and what gives its value in the plan as a whole. */
export interface Binding {
  readonly name: string
  readonly expression: string
}

export interface Bindings {
  readonly input: string
  /** Null leaves `params` what they are. */
  readonly params: Parameters | null
  readonly outputs: readonly Binding[]
  /** Names that mean the same inside and outside: an item, a payload. */
  readonly own: readonly string[]
}

/** Whether each name already means what it is to mean. */
export function rebindsNothing(outputs: readonly Binding[]): boolean {
  return outputs.every(({ name, expression }) => expression === `outputs.${JSON.stringify(name)}`)
}

/** An expression with other meanings for its names: what they stand for is made first, and piped into it. */
export function rebind(expression: string, { input, params, outputs, own }: Bindings): string {
  const given = outputs.map(({ name, expression: gives }) => `${JSON.stringify(name)}: (${gives})`)
  const scope = [
    `input: ${input}`,
    `outputs: ${given.length === 0 ? '`{}`' : `{ ${given.join(', ')} }`}`,
    `params: ${params ? literal(params) : 'params'}`,
    ...own.map(name => `${name}: ${name}`),
  ]
  return `{ ${scope.join(', ')} } | (${expression})`
}

function literal(value: unknown): string {
  return `\`${JSON.stringify(value).replaceAll('`', '\\`')}\``
}
