import { EntenteError } from '../../protocol/errors.ts'

/**
 * Where something stands in a task: `input`, `params`, `outputs.<subtask>` or `output`, and fields below, with lists looked
 * through: `outputs.forecast.windKt`.
 */
export interface Place {
  readonly root: string
  readonly fields: readonly string[]
}

/** @throws EntenteError PLACE_UNKNOWN for what names no such place */
export function placeFrom(text: string): Place {
  const place = placeAt(text.split('.'))
  if (!place) throw new EntenteError('PLACE_UNKNOWN', `${text} is no place in a task`)
  return place
}

export function placeAt([first, ...below]: readonly string[]): Place | null {
  if (first === 'input' || first === 'params' || first === 'output') return { root: first, fields: below }
  const [subtaskId, ...fields] = below
  return first === 'outputs' && subtaskId ? { root: `outputs.${subtaskId}`, fields } : null
}

export const placeOf = (subtaskId: string): Place => ({ root: `outputs.${subtaskId}`, fields: [] })

/** The subtask whose output it lies in, or null. */
export function subtaskAt({ root }: Place): string | null {
  return root.startsWith('outputs.') ? root.slice('outputs.'.length) : null
}

export function textOf({ root, fields }: Place): string {
  return [root, ...fields].join('.')
}

/** Whether one is the other, or lies in it. */
export function overlap(a: Place, b: Place): boolean {
  const depth = Math.min(a.fields.length, b.fields.length)
  return a.root === b.root && a.fields.slice(0, depth).every((field, at) => field === b.fields[at])
}
