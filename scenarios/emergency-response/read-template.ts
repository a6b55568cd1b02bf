import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { canonicalJson } from '../../protocol/canonical.ts'

/** The template of this scenario as the artifact that a task names: canonical JSON. */
export function readTemplateFile(): Uint8Array {
  const text = readFileSync(new URL('template.yaml', import.meta.url), 'utf8')
  return Buffer.from(canonicalJson(parse(text)))
}
