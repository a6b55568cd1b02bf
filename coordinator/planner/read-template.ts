import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Template } from '../../protocol/plan.ts'
import { getArtifact } from '../../stack/artifacts.ts'

/**
 * Fetches a template by its content hash, and fills in what its author left to the defaults.
 * @throws EntenteError ARTIFACT_MISSING (to be tried again), PLAN_INVALID (it is not a template)
 */
export async function readTemplate(nc: NatsConnection, hash: Hex): Promise<Template> {
  const value = parseText(Buffer.from(await getArtifact(nc, hash)).toString('utf8'))
  // Evidence holds the template as a value: only canonical text can be got back from it.
  if (contentHash(value) !== hash)
    throw new EntenteError('PLAN_INVALID', 'the template is not canonical JSON (RFC 8785)')
  return parseTemplate(value)
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
