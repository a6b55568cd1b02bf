import type { Ask } from '../../../protocol/ask.ts'
import type { Schema } from '../../../protocol/parameters.ts'
import type { Subtask, Wait } from '../../../protocol/plan.ts'
import type { Template } from '../../../protocol/template.ts'
import { expressionFault } from '../expression.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { misfits } from './fits.ts'
import { inferShape, type Missing } from './infer.ts'
import { objectOf, type Shape, shapeOf, unknown } from './shape.ts'
import { isAsk, isSubPlan, isWait, type Node, precedingIds } from './structure.ts'

/** The shape of what a node gives, as far as it is known. */
export type OutputShape = (node: Node) => Shape

/** An expression of a template, the shape of what it sees, and what it must give. */
interface Place {
  readonly path: Path
  readonly expression: string
  readonly scope: Shape
  readonly asks?: Schema
}

const truth: Schema = { type: 'boolean' }
/** Nothing, where nothing is needed; an expression over a list may give any number. */
const count: Schema = { type: ['number', 'null'] }

/** Every expression compiles, reads only what there is when it is evaluated, and gives what is asked of it. */
export function expressionFaults(template: Template): Fault[] {
  return placesOf(template, () => unknown).flatMap(place => {
    const { path, expression, scope } = place
    const fault = expressionFault(expression)
    if (fault) return [invalid(path, fault, 'Correct the expression (JMESPath, https://jmespath.site).')]
    const missing = new Map<string, Missing>()
    inferShape(expression, scope, each => missing.set(`${each.of}.${each.name}`, each))
    if (missing.size === 0) return kindFault(place)
    return [...missing.values()].map(each => missingFault(template, path, each))
  })
}

/** The same of what is asked of expressions, once it is known what the skills give. */
export function kindFaults(template: Template, shapeOfOutput: OutputShape): Fault[] {
  return placesOf(template, shapeOfOutput).flatMap(kindFault)
}

function kindFault({ path, expression, scope, asks }: Place): Fault[] {
  if (!asks) return []
  const [misfit] = misfits(inferShape(expression, scope), asks)
  if (!misfit) return []
  // `!` binds closer than the dot.
  const hint = expression.includes('!') ? ' `!a.b` is `(!a).b`: write `!(a.b)`.' : ''
  return [invalid(path, `what it gives is of another kind: ${misfit.why}`, `Give what is asked for.${hint}`)]
}

function placesOf(template: Template, shapeOfOutput: OutputShape): Place[] {
  const inNodes = template.subtasks.flatMap((node, index): Place[] => {
    const scope = scopeOf(template, node, shapeOfOutput)
    const at = (...path: string[]): Path => ['subtasks', index, ...path]
    const when = node.when === undefined ? [] : [{ path: at('when'), expression: node.when, scope, asks: truth }]
    if (isWait(node)) return [...when, ...waitPlaces(node, scope, at)]
    if (isAsk(node)) return [...when, ...askPlaces(node, scope, at)]
    if (isSubPlan(node)) return [...when, { path: at('input'), expression: node.input, scope }]
    const seen = { scope, item: inputScope(template, node, shapeOfOutput), output: shapeOfOutput(node) }
    return [...when, ...workPlaces(node, seen, at)]
  })
  return [...inNodes, { path: ['output'], expression: template.output, scope: outputScope(template, shapeOfOutput) }]
}

function workPlaces(
  { input, approval, compensate, forEach, needs = {} }: Subtask,
  { scope, item, output }: { readonly scope: Shape; readonly item: Shape; readonly output: Shape },
  at: (...path: string[]) => Path,
): Place[] {
  const places: Place[] = [{ path: at('input'), expression: input, scope: item }]
  for (const [resource, units] of Object.entries(needs)) {
    if (typeof units === 'string')
      places.push({ path: at('needs', resource), expression: units, scope: item, asks: count })
  }
  if (forEach) places.push({ path: at('forEach', 'items'), expression: forEach.items, scope, asks: { type: 'array' } })
  if (compensate) {
    // A list is taken back item by item.
    const seen = withFields(item, { output: forEach ? unknown : output })
    places.push({ path: at('compensate', 'input'), expression: compensate.input, scope: seen })
  }
  if (approval) {
    const seen = withFields(scope, { output: forEach ? unknown : output })
    places.push({
      path: at('approval', 'when'),
      expression: approval.when,
      scope: seen,
      asks: { type: ['boolean', 'null'] },
    })
  }
  return places
}

function waitPlaces({ wait }: Wait, scope: Shape, at: (...path: string[]) => Path): Place[] {
  if ('ms' in wait) return []
  if ('until' in wait) return [{ path: at('wait', 'until'), expression: wait.until, scope, asks: { type: 'string' } }]
  const { match, from } = wait
  const matching = {
    path: at('wait', 'match'),
    scope: withFields(scope, { payload: shapeOf(wait.payload) }),
    asks: truth,
  }
  const sending = { path: at('wait', 'from'), scope, asks: { type: ['string', 'array', 'null'] } }
  return [
    ...(match === undefined ? [] : [{ ...matching, expression: match }]),
    ...(from === undefined ? [] : [{ ...sending, expression: from }]),
  ]
}

function askPlaces({ ask }: Ask, scope: Shape, at: (...path: string[]) => Path): Place[] {
  const { question, show, from } = ask
  const text = { path: at('ask', 'question', 'expression'), scope, asks: { type: 'string' } }
  const asking = { path: at('ask', 'from'), scope, asks: { type: ['string', 'array'] } }
  return [
    ...(typeof question === 'string' ? [] : [{ ...text, expression: question.expression }]),
    ...(show === undefined ? [] : [{ path: at('ask', 'show'), scope, expression: show }]),
    ...(typeof from === 'string' ? [{ ...asking, expression: from }] : []),
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
