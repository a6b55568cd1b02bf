import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Template } from '../../protocol/template.ts'
import { type Fault, invalid, type Path, pathText } from '../flow/check/fault.ts'

/** A template as it stands in a file, YAML or JSON. */
export interface TemplateFile {
  readonly file: string
  /** What the text says, before any default: its content hash is the template's. */
  readonly value: Json
  /** Null when it is no template; `faults` says why. */
  readonly template: Template | null
  readonly faults: readonly Fault[]
  /** Line and column, from 1, of a place; of the nearest thing around it where there is none such. */
  positionOf(path: Path): { line: number; column: number }
}

/** @throws EntenteError PLAN_INVALID for what is neither YAML nor JSON, with the places */
export function readTemplateText(file: string, text: string): TemplateFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const broken = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0])
      return `${file}:${line}:${col} ${message}`
    })
    throw new EntenteError('PLAN_INVALID', broken.join('\n'), { cause: document.errors[0] })
  }
  const value = document.toJS() as Json
  const parsed = Template.safeParse(value)
  const positionOf = (path: Path) => {
    const { line, col } = lines.linePos(offsetOf(document, path))
    return { line, column: col }
  }
  const faults = parsed.success ? [] : parsed.error.issues.flatMap(faultsOfIssue)
  return { file, value, template: parsed.data ?? null, faults, positionOf }
}

/** `file:line:column path: what. What to do.` */
export function describeFault({ file, positionOf }: TemplateFile, { path, what, toDo }: Fault): string {
  const { line, column } = positionOf(path)
  return `${file}:${line}:${column} ${pathText(path)}: ${/[.!?]$/.test(what) ? what : `${what}.`} ${toDo}`
}

/** Of a text that is no template: what is wrong with it, and where. */
export function faultsOfIssue(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path as Path
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => invalid([...path, key], 'there is no such field', surplusToDo(key)))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearestForm(issue.errors).flatMap(within => faultsOfIssue({ ...within, path: [...path, ...within.path] }))
  }
  return [invalid(path, issue.message, 'See the guide of templates, or `entente template schema`.')]
}

/** What is wrong by the form that was most likely meant: of the right kind, with the fewest fields that it does not have. */
function nearestForm(forms: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] {
  const strangeness = (form: z.core.$ZodIssue[]) =>
    form.reduce((sum, issue) => {
      if (issue.code === 'unrecognized_keys') return sum + issue.keys.length
      return issue.path.length === 0 ? Number.MAX_SAFE_INTEGER : sum
    }, 0)
  return forms.toSorted((one, other) => strangeness(one) - strangeness(other) || one.length - other.length)[0]!
}

function surplusToDo(key: string): string {
  if (key === 'find') return 'Have the skill named that it asks for: `entente template fill`.'
  return 'Take it out, or correct its name.'
}

/** Where a place begins in the text: its key, its item, or what it would be in. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]!
    if (isMap(parent)) {
      const pair = parent.items.find(item => isPair(item) && isNode(item.key) && String(item.key) === String(last))
      if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node)) return node.range?.[0] ?? 0
  }
  return document.contents?.range?.[0] ?? 0
}
