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

/** @throws EntenteError PLAN_INVALID for what is neither YAML nor JSON, with the place */
export function readTemplateText(file: string, text: string): TemplateFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new EntenteError('PLAN_INVALID', `${file}:${line}:${col} ${broken.message}`, { cause: broken })
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
  return [invalid(path, issue.message, 'See the guide of templates, or `entente template schema`.')]
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
