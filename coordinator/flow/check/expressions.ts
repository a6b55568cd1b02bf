import type { Subtask, Template, Wait } from '../../../protocol/plan.ts'
import { expressionFault } from '../expression.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { inferShape, type Missing } from './infer.ts'
import { objectOf, type Shape, shapeOf, unknown } from './shape.ts'
import { isSubPlan, isWait, type Node, precedingIds } from './structure.ts'

/** The shape of what a node gives, as far as it is known. */
export type OutputShape = (node: Node) => Shape

/** An expression of a template, and the shape of what it sees. */
interface Place {
  readonly path: Path
  readonly expression: string
  readonly scope: Shape
}

/** Every expression compiles, and reads only what there is when it is evaluated. */
export function expressionFaults(template: Template): Fault[] {
  return placesOf(template, () => unknown).flatMap(({ path, expression, scope }) => {
    const fault = expressionFault(expression)
    if (fault) return [invalid(path, fault, 'Correct the expression (JMESPath, https://jmespath.site).')]
    const missing = new Map<string, Missing>()
    inferShape(expression, scope, each => missing.set(`${each.of}.${each.name}`, each))
    return [...missing.values()].map(each => missingFault(template, path, each))
  })
}

function placesOf(template: Template, shapeOfOutput: OutputShape): Place[] {
  const inNodes = template.subtasks.flatMap((node, index) => {
    const scope = scopeOf(template, node, shapeOfOutput)
    const at = (...path: string[]): Path => ['subtasks', index, ...path]
    const when = node.when === undefined ? [] : [{ path: at('when'), expression: node.when, scope }]
    if (isWait(node)) return [...when, ...waitPlaces(node, scope, at)]
    if (isSubPlan(node)) return [...when, { path: at('input'), expression: node.input, scope }]
    return [...when, ...workPlaces(template, node, scope, at)]
  })
  return [...inNodes, { path: ['output'], expression: template.output, scope: outputScope(template, shapeOfOutput) }]
}

function workPlaces(template: Template, node: Subtask, scope: Shape, at: (...path: string[]) => Path): Place[] {
  const { input, approval, forEach } = node
  const items = forEach ? [{ path: at('forEach', 'items'), expression: forEach.items, scope }] : []
  const asked = approval
    ? [{ path: at('approval', 'when'), expression: approval.when, scope: withFields(scope, { output: unknown }) }]
    : []
  return [
    ...items,
    { path: at('input'), expression: input, scope: inputScope(template, node, () => unknown) },
    ...asked,
  ]
}

function waitPlaces({ wait }: Wait, scope: Shape, at: (...path: string[]) => Path): Place[] {
  if ('ms' in wait) return []
  if ('until' in wait) return [{ path: at('wait', 'until'), expression: wait.until, scope }]
  const withPayload = withFields(scope, { payload: unknown })
  return [
    ...(wait.match === undefined ? [] : [{ path: at('wait', 'match'), expression: wait.match, scope: withPayload }]),
    ...(wait.from === undefined ? [] : [{ path: at('wait', 'from'), expression: wait.from, scope }]),
  ]
}

/** What an expression of a node sees: the input, the outputs of what precedes it, the parameters. */
export function scopeOf(template: Template, node: Node, shapeOfOutput: OutputShape): Shape {
  const before = precedingIds(template.subtasks, node)
  return scopeWith(
    template,
    template.subtasks.filter(({ id }) => before.has(id)),
    shapeOfOutput,
  )
}

/** The same for the input of work, which may be one item's. */
export function inputScope(template: Template, node: Subtask, shapeOfOutput: OutputShape): Shape {
  const scope = scopeOf(template, node, shapeOfOutput)
  if (!node.forEach) return scope
  const list = expressionFault(node.forEach.items) === null ? inferShape(node.forEach.items, scope) : unknown
  const item = list.kind === 'array' ? list.items : unknown
  return withFields(scope, { [node.forEach.as]: item, index: { kind: 'integer' } })
}

export function outputScope(template: Template, shapeOfOutput: OutputShape): Shape {
  return scopeWith(template, template.subtasks, shapeOfOutput)
}

function scopeWith(
  { inputSchema, parameters = {} }: Template,
  seen: readonly Node[],
  shapeOfOutput: OutputShape,
): Shape {
  return objectOf(
    {
      input: shapeOf(inputSchema),
      outputs: objectOf(Object.fromEntries(seen.map(node => [node.id, shapeOfOutput(node)])), 'outputs'),
      params: objectOf(
        Object.fromEntries(Object.entries(parameters).map(([name, schema]) => [name, shapeOf(schema)])),
        'params',
      ),
    },
    'all',
  )
}

function withFields(scope: Shape, fields: { readonly [name: string]: Shape }): Shape {
  return scope.kind === 'object' ? { ...scope, fields: { ...scope.fields, ...fields } } : scope
}

function missingFault({ subtasks, parameters = {} }: Template, path: Path, { of, name }: Missing): Fault {
  if (of === 'params') {
    const declared = Object.keys(parameters).join(', ') || 'none'
    return invalid(path, `it reads params.${name}, and the template declares ${declared}`, `Declare ${name}.`)
  }
  if (of === 'outputs' && subtasks.some(({ id }) => id === name)) {
    const what = `it reads outputs.${name}, and nothing says that ${name} ends before`
    return invalid(path, what, `Name ${name} in \`after\`.`)
  }
  if (of === 'outputs') {
    const what = `it reads outputs.${name}, and there is no subtask ${name}`
    return invalid(path, what, `Name one of ${subtasks.map(({ id }) => id).join(', ')}.`)
  }
  const what = `it reads ${name}, which is not there`
  return invalid(path, what, 'An expression sees input, outputs and params; the guide of templates says what besides.')
}
