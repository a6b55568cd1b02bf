import { globSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type LockedTemplate, lockTemplate } from '../../coordinator/planner/lock-template.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { Process } from './casts.ts'

/** The template of a process, locked, with those that it uses. */
export function loadTemplate(process: Process): LockedTemplate {
  const folder = new URL(`${process}/`, import.meta.url)
  const read = (name: string) => parse(readFileSync(new URL(name, folder), 'utf8')) as Json
  const others = globSync('*.yaml', { cwd: folder }).filter(name => name !== 'template.yaml' && name !== 'policy.yaml')
  return lockTemplate(read('template.yaml'), others.sort().map(read))
}
