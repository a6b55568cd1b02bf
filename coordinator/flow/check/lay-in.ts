import type { Hex } from '../../../protocol/hash.ts'
import { onceFor } from '../../../protocol/once-for.ts'
import type { Halt, Subtask } from '../../../protocol/plan.ts'
import type { SubPlan, Template } from '../../../protocol/template.ts'
import { expressionFault } from '../expression.ts'
import { expressionFaults } from './expressions.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { haltFaults } from './halts.ts'
import { readsRoot } from './infer.ts'
import { type Laid, type LaidPlan, type Library, maxNodes, wholeFaults } from './laid.ts'
import { declarationFaults, type Parameters, parameterFaults, withDefaults } from './parameters.ts'
import { type Binding, rebind, rebindsNothing } from './rebind.ts'
import { both, type Rewrite, rewriteOwn } from './rewrite-node.ts'
import { isSubPlan, type Node, precedingIds, structureFaults } from './structure.ts'

const maxDepth = 5
/** Of all expressions that are said anew, together: a plan is one message. */
const mostCharacters = 4_194_304
/** Each holds those of the templates before it, which copy by themselves. */
const mostCopiesLaidIn = 10_000_000

/** One template at its place: what its names mean in the plan as a whole. */
interface Level {
  readonly template: Template
  readonly prefix: string
  /** Null at the top, where names mean what they say. */
  readonly outer: { readonly input: string; readonly params: Parameters; readonly after: readonly string[] } | null
  /** A condition of the node that stands for this template. */
  readonly when: string | null
  readonly path: Path
  /** References from the top to here. */
  readonly trail: readonly string[]
}

interface Gathering {
  readonly library: Library
  readonly nodes: Laid[]
  readonly uses: Map<Hex, { name: string; version: string; hash: Hex }>
  readonly faults: Fault[]
  /** Of expressions that were said anew. */
  characters: number
  /** There is more than a plan may hold: nothing more is laid in. */
  isFull: boolean
}

/**
 * Every template that a node names is laid in at its place: its nodes under the node's id, its expressions over what the
 * node gives it. What runs knows of no templates within templates.
 */
export function layIn(template: Template, library: Library): LaidPlan {
  return library.size > 0 ? layAll(template, library) : layAlone(template)
}

/** A template that uses no others is laid in alike for each of its tasks. */
const layAlone = onceFor((template: Template) => layAll(template, new Map()))

function layAll(template: Template, library: Library): LaidPlan {
  const gathering: Gathering = { library, nodes: [], uses: new Map(), faults: [], characters: 0, isFull: false }
  const top: Level = {
    template,
    prefix: '',
    outer: null,
    when: null,
    path: [],
    trail: [`${template.name}@${template.version}`],
  }
  const { output } = layLevel(top, gathering)
  const { uses, faults } = gathering
  // In the order of the file, whatever waits for what.
  const nodes = gathering.nodes.toSorted((a, b) => Number(a.path[1]) - Number(b.path[1]))
  return { nodes, output, uses: [...uses.values()], faults: faults.length > 0 ? faults : wholeFaults(nodes) }
}

/** @returns its output, and the nodes that end it, as the whole plan calls them */
function layLevel(level: Level, gathering: Gathering): { output: string; ends: string[] } {
  const { template, prefix, outer, when, path } = level
  const faults = [
    ...structureFaults(template),
    ...declarationFaults(template),
    ...haltFaults(template),
    ...expressionFaults(template),
  ]
  if (faults.length > 0) {
    gathering.faults.push(...faults.map(fault => (path.length === 0 ? fault : within(level, fault))))
    return { output: '`null`', ends: [] }
  }
  const laid = new Map<string, { output: string; ends: readonly string[] }>()
  const endsOf = (ids: readonly string[]) => [...new Set(ids.flatMap(id => layNode(find(template, id)).ends))]
  const place = (index: number): Path => (path.length === 0 ? ['subtasks', index] : path)

  const layNode = (node: Node): { output: string; ends: readonly string[] } => {
    const known = laid.get(node.id)
    if (known) return known
    const before = endsOf(node.after)
    const seen = seenBy(node)
    const rewrite = rewriter(level, node, seen, gathering)
    const after = node.after.length === 0 ? (outer?.after ?? []) : before
    const at = place(template.subtasks.indexOf(node))
    const made = isSubPlan(node)
      ? laySubPlan(level, node, { rewrite, after, path: at }, gathering)
      : layOwn(level, node, { rewrite, after, path: at }, gathering)
    laid.set(node.id, made)
    return made
  }
  const seenBy = (node: Node): Binding[] => {
    const ids = [...precedingIds(template.subtasks, node)].sort()
    return ids.map(id => ({ name: id, expression: layNode(find(template, id)).output }))
  }
  for (const node of template.subtasks) layNode(node)
  const all = template.subtasks.map(({ id }) => ({ name: id, expression: laid.get(id)!.output }))
  const given = rewriter(level, null, all, gathering)(template.output)
  const awaited = new Set(template.subtasks.flatMap(({ after }) => after))
  const ends = endsOf(template.subtasks.flatMap(({ id }) => (awaited.has(id) ? [] : [id])))
  return { output: when === null ? given : `(${when}) ? (${given}) : \`null\``, ends: prefix === '' ? [] : ends }
}

function find({ subtasks }: Template, id: string): Node {
  return subtasks.find(node => node.id === id)!
}

interface Placing {
  readonly rewrite: Rewrite
  readonly after: readonly string[]
  readonly path: Path
}

function layOwn(
  { prefix, when, outer }: Level,
  node: Subtask | Halt,
  { rewrite, after, path }: Placing,
  { nodes }: Gathering,
) {
  const id = prefix + node.id
  const condition = [when, node.when === undefined ? null : rewrite(node.when)].filter(each => each !== null)
  const own = { ...node, id, after: [...after], ...(condition.length > 0 ? { when: both(condition) } : {}) }
  nodes.push({ node: rewriteOwn(own, rewrite), path, nested: outer !== null })
  return { output: `outputs.${quoted(id)}`, ends: [id] }
}

function laySubPlan(level: Level, node: SubPlan, { rewrite, after, path }: Placing, gathering: Gathering) {
  const { library, uses, faults } = gathering
  const fault = (what: string, toDo: string) => {
    faults.push(invalid([...path, 'plan'], what, toDo))
    return { output: '`null`', ends: [] }
  }
  // A few templates that name one another often enough make more nodes than there is room for.
  if (gathering.isFull) return { output: '`null`', ends: [] }
  if (gathering.nodes.length > maxNodes) {
    gathering.isFull = true
    return fault(`with it there are more than ${maxNodes} subtasks in all`, `Plan at most ${maxNodes}.`)
  }
  if (level.trail.includes(node.plan)) {
    return fault(`it contains itself: ${[...level.trail, node.plan].join(' → ')}`, 'Break the circle.')
  }
  if (level.trail.length > maxDepth) {
    return fault(`templates lie within templates more than ${maxDepth} deep`, 'Lay some of them out flat.')
  }
  const found = library.get(level.template.uses?.[node.plan] ?? node.plan)
  if (!found) {
    return fault(`template ${node.plan} is not at hand`, 'Name its hash in `uses`, and put its text as an artifact.')
  }
  const { template, hash } = found
  if (template.otherwise) {
    const what = `${template.name} has fallbacks, which count only where it is itself ordered`
    return fault(what, 'Lay its subtasks out here, and say here what replaces them.')
  }
  const { name, version } = template
  const called = `${name}@${version}`
  if (!node.plan.startsWith('0x') && called !== node.plan) {
    return fault(`what \`uses\` names for ${node.plan} is ${called}`, 'Correct `uses`.')
  }
  uses.set(hash, { name, version, hash })
  const wrong = parameterFaults(template, node.parameters)
  faults.push(...wrong.map(each => ({ ...each, code: 'PLAN_INVALID' as const, path: [...path, ...each.path] })))
  const condition = [level.when, node.when === undefined ? null : rewrite(node.when)].filter(each => each !== null)
  return layLevel(
    {
      template,
      prefix: `${level.prefix}${node.id}-`,
      outer: { input: rewrite(node.input), params: withDefaults(template, node.parameters), after },
      when: condition.length > 0 ? both(condition) : null,
      path,
      trail: [...level.trail, called],
    },
    gathering,
  )
}

/** How a level's expressions are said in terms of the whole plan; at the top, where nothing is laid in, as they are. */
function rewriter(level: Level, node: Node | null, seen: readonly Binding[], gathering: Gathering) {
  const { outer, path, template } = level
  const { faults } = gathering
  const params = outer ? JSON.stringify(outer.params) : ''
  return (expression: string, ...own: string[]): string => {
    if (!outer && rebindsNothing(seen)) return expression
    if (gathering.isFull) return '`null`'
    const at = path.length > 0 ? path : node ? ['subtasks', template.subtasks.indexOf(node)] : ['output']
    if (readsRoot(expression)) {
      const what = `\`${expression}\` reads $, which templates within templates cannot`
      faults.push(invalid(at, what, 'Read input, outputs and params by name.'))
    }
    const input = outer ? `(${outer.input})` : 'input'
    const texts = [expression, input, params, ...seen.map(each => each.expression)]
    gathering.characters += texts.reduce((sum, { length }) => sum + length, 0)
    const bindings = { input, params: outer?.params ?? null, outputs: seen, own }
    const whole = gathering.characters > mostCharacters ? null : rebind(expression, bindings)
    const why =
      whole === null
        ? `expressions are longer than ${mostCharacters} characters together`
        : expressionFault(whole, mostCopiesLaidIn)
    if (whole !== null && why === null) return whole
    gathering.isFull = true
    const what = `with what is read of other templates put in its place, ${why}`
    faults.push(invalid(at, what, 'Lay some of the templates out flat.'))
    return '`null`'
  }
}

function quoted(name: string): string {
  return JSON.stringify(name)
}

function within({ path, template }: Level, fault: Fault): Fault {
  const where = fault.path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return {
    ...fault,
    path: [...path, 'plan'],
    what: `in ${template.name}@${template.version}, ${where.slice(1)}: ${fault.what}`,
  }
}
