import { parse } from 'yaml'
import { lockTemplate } from '../../coordinator/planner/lock-template.ts'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import { Template } from '../../protocol/template.ts'
import { readText } from '../read-text.ts'
import { templatesIn } from './templates-in.ts'

/** `entente template lock`: one line of JSON, the template as an artifact with its hash, and those that it uses. */
export function lock(file: string, { templates }: { readonly templates?: string }): void {
  const texts = templates ? templatesIn(templates) : []
  // What else lies in the folder is left out.
  const others = texts.map(({ text }) => parse(text) as Json).filter(value => Template.safeParse(value).success)
  const { template, used } = lockTemplate(parse(readText(file)) as Json, others)
  const artifacts = [template, ...used].map(text => ({ hash: contentHash(text), template: text }))
  process.stdout.write(`${canonicalJson(artifacts)}\n`)
}
