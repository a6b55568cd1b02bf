import { isMap, isScalar, LineCounter, parseDocument, Scalar } from 'yaml'
import { EntenteError } from '../../protocol/errors.ts'
import { PolicySet } from '../../protocol/policy.ts'
import { policyFaults } from './check-policy.ts'

/** What is wrong with a policy set, and where in its file, from 1. */
export interface PolicyFault {
  readonly line: number
  readonly column: number
  readonly what: string
}

export interface PolicyFile {
  /** Null when there are faults. */
  readonly set: PolicySet | null
  readonly faults: readonly PolicyFault[]
}

/** A policy set from its file, YAML or JSON: of its form, and its policies of Cedar's grammar and of the schema. */
export function readPolicyText(text: string): PolicyFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const broken = document.errors.map(({ pos, message }) => ({ ...at(pos[0]), what: message }))
  if (broken.length > 0) return { set: null, faults: broken }
  const parsed = PolicySet.safeParse(document.toJS())
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap(issue => {
      const path = issue.path.map(String)
      const extra = issue.code === 'unrecognized_keys' ? issue.keys : []
      const surplus = extra.map(key => ({
        ...at(offsetOf(document, [...path, key])),
        what: `there is no field ${key}`,
      }))
      if (surplus.length > 0) return surplus
      return [{ ...at(offsetOf(document, path)), what: `${path.join('.') || 'the file'}: ${issue.message}` }]
    })
    return { set: null, faults }
  }
  const set = parsed.data
  const place = placeOfPolicies(text, document.getIn(['policies'], true), at)
  const faults = policyFaults(set).map(({ offset, what }) => ({ ...place(set.policies, offset), what }))
  return { set: faults.length === 0 ? set : null, faults }
}

/** @throws EntenteError POLICY_INVALID with every fault and its line */
export function policyFrom(file: string, text: string): PolicySet {
  const { set, faults } = readPolicyText(text)
  if (set) return set
  throw new EntenteError('POLICY_INVALID', faults.map(fault => describePolicyFault(file, fault)).join('\n'))
}

/** `file:line:column what` */
export function describePolicyFault(file: string, { line, column, what }: PolicyFault): string {
  return `${file}:${line}:${column} ${what}`
}

type Place = (text: string, offset: number) => { line: number; column: number }

/** Where in the file a place of the policies is: exactly for a block (`policies: |`), else where they begin. */
function placeOfPolicies(text: string, node: unknown, at: (offset: number) => { line: number; column: number }): Place {
  const start = isScalar(node) ? (node.range?.[0] ?? 0) : 0
  if (!isScalar(node) || node.type !== Scalar.BLOCK_LITERAL) return () => at(start)
  const first = at(start).line + 1
  const lines = text.split('\n')
  return (policies, offset) => {
    const before = Buffer.from(policies).subarray(0, offset).toString().split('\n')
    const line = first + before.length - 1
    const written = lines.slice(first - 1).find(each => each.trim() !== '') ?? ''
    const indent = written.length - written.trimStart().length
    return { line, column: indent + before.at(-1)!.length + 1 }
  }
}

/** Where a field begins in the text; where there is none such, what it would be in. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === path[length - 1]) : undefined
    if (pair && isScalar(pair.key)) return pair.key.range?.[0] ?? 0
  }
  return 0
}
