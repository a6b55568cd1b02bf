import { contentHash, type Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { nodesOf } from '../../protocol/template.ts'
import { parseTemplate } from './read-template.ts'

/** A template whose `uses` names every template within it by hash, and the texts that these hashes are of. */
export interface LockedTemplate {
  readonly template: Json
  readonly used: readonly Json[]
}

/**
 * Fills in `uses`: each template that a node names by name and version, itself locked. From then on the template's own
 * hash says what every one of them is.
 *
 * @param others the texts that names may stand for
 * @throws EntenteError PLAN_INVALID for a name that stands for none, or templates that contain one another
 */
export function lockTemplate(template: Json, others: readonly Json[]): LockedTemplate {
  const used = new Map<Hex, Json>()
  const byName = new Map(others.map(other => [nameOf(other), other]))
  const lock = (value: Json, trail: readonly string[]): Json => {
    const subtasks = nodesOf(parseTemplate(value))
    const names = new Set(subtasks.flatMap(node => ('plan' in node && !node.plan.startsWith('0x') ? [node.plan] : [])))
    if (names.size === 0) return value
    const uses = [...names].map(name => {
      const found = byName.get(name)
      if (trail.includes(name) || found === undefined) {
        const why = found === undefined ? `there is no template ${name}` : `${[...trail, name].join(' → ')} is a circle`
        throw new EntenteError('PLAN_INVALID', why)
      }
      const locked = lock(found, [...trail, name])
      const hash = contentHash(locked)
      used.set(hash, locked)
      return [name, hash] as const
    })
    return { ...(value as { readonly [field: string]: Json }), uses: Object.fromEntries(uses) }
  }
  return { template: lock(template, [nameOf(template)]), used: [...used.values()] }
}

function nameOf(value: Json): string {
  const { name, version } = parseTemplate(value)
  return `${name}@${version}`
}
