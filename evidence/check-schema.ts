import type { z } from 'zod'
import { Bundle } from '../protocol/evidence.ts'
import { differences } from './difference.ts'
import { type Check, type Finding, pointer } from './finding.ts'

const name = 'schema'
const noSuchField = 'a bundle has no such field'

/** Whether this is a bundle at all: every field there, of its form, and none besides. */
export function checkSchema(input: unknown): { check: Check; bundle: Bundle | null } {
  return checkForm(Bundle, input)
}

/** The same of what is left of a bundle. */
export function checkForm<T>(schema: z.ZodType<T>, input: unknown): { check: Check; bundle: T | null } {
  try {
    if (!isUnicode(input)) throw new Error('a text in it is not Unicode, so it has no canonical form, and no hash')
    const { success, data, error } = schema.safeParse(input)
    const findings = success ? surplus(data, input) : error.issues.flatMap(findingsOf)
    return { check: { name, count: 1, findings }, bundle: findings.length === 0 ? (data ?? null) : null }
  } catch (error) {
    return {
      check: { name, count: 1, findings: [{ where: '', what: `it cannot be read: ${messageOf(error)}` }] },
      bundle: null,
    }
  }
}

function isUnicode(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isUnicode)
  return Object.keys(value).every(key => key.isWellFormed() && isUnicode((value as Record<string, unknown>)[key]))
}

/** The parser drops what it does not know; nothing may stand in a proof that no check reads. */
function surplus(parsed: unknown, input: unknown): Finding[] {
  return differences(parsed, input).map(({ at }) => ({ where: at, what: noSuchField }))
}

function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const at = pointer(...issue.path.map(String))
  if (issue.code !== 'unrecognized_keys') return [{ where: at, what: issue.message }]
  return issue.keys.map(key => ({ where: at + pointer(key), what: noSuchField }))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
