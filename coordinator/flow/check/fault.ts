import type { ErrorCode } from '../../../protocol/errors.ts'

/** Where in a template: `['subtasks', 2, 'input']`. */
export type Path = readonly (string | number)[]

/** Something in a template that cannot be run, known before anything runs. */
export interface Fault {
  readonly path: Path
  readonly code: ErrorCode
  /** What is wrong, and why. */
  readonly what: string
  readonly toDo: string
}

/** `subtasks[2].input`; `template` for all of it. */
export function pathText(path: Path): string {
  const text = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return text.replace(/^\./, '') || 'template'
}

export function invalid(path: Path, what: string, toDo: string): Fault {
  return { path, code: 'PLAN_INVALID', what, toDo }
}
