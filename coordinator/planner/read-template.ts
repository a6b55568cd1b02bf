import type { NatsConnection } from '@nats-io/nats-core'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { nodesOf, Template } from '../../protocol/template.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import type { Library } from '../flow/check/laid.ts'

/** Templates that were read lately: a hash says all of one. */
const recent = new LRUCache<Hex, Template>({ max: 200 })

/**
 * Fetches a template by its content hash, and fills in what its author left to the defaults.
 * @throws EntenteError ARTIFACT_MISSING (to be tried again), PLAN_INVALID (it is not a template)
 */
export async function readTemplate(nc: NatsConnection, hash: Hex): Promise<Template> {
  const known = recent.get(hash)
  if (known) return known
  const value = parseText(Buffer.from(await getArtifact(nc, hash)).toString('utf8'))
  // Evidence holds the template as a value: only canonical text can be got back from it.
  if (contentHash(value) !== hash)
    throw new EntenteError('PLAN_INVALID', 'the template is not canonical JSON (RFC 8785)')
  const template = parseTemplate(value)
  recent.set(hash, template)
  return template
}

/** How many templates may be fetched for one: what uses more is refused before it costs anything. */
const maxTemplates = 100

/**
 * Fetches the templates that a template uses, and those that they use.
 * @throws EntenteError as `readTemplate`
 */
export async function readLibrary(nc: NatsConnection, template: Template): Promise<Library> {
  const library = new Map<Hex, { template: Template; hash: Hex }>()
  const left = hashesUsedBy(template)
  for (let hash = left.pop(); hash; hash = left.pop()) {
    if (library.has(hash)) continue
    if (library.size === maxTemplates)
      throw new EntenteError('PLAN_INVALID', `it uses more than ${maxTemplates} templates`)
    const used = await readTemplate(nc, hash)
    library.set(hash, { template: used, hash })
    left.push(...hashesUsedBy(used))
  }
  return library
}

/** What a template names by `plan`; a name that stands for no hash is found when it is planned. */
export function hashesUsedBy({ uses = {}, ...template }: Template): Hex[] {
  return nodesOf(template).flatMap(node => {
    if (!('plan' in node)) return []
    const hash = uses[node.plan] ?? node.plan
    return hash.startsWith('0x') ? [hash as Hex] : []
  })
}

/** @throws EntenteError PLAN_INVALID naming every place that is wrong */
export function parseTemplate(value: unknown): Template {
  const parsed = Template.safeParse(value)
  if (parsed.success) return parsed.data
  throw new EntenteError('PLAN_INVALID', `the template is malformed: ${z.prettifyError(parsed.error)}`)
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('PLAN_INVALID', 'the template is not JSON', { cause })
  }
}
