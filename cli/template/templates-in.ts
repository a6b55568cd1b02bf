import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Library } from '../../coordinator/flow/check/laid.ts'
import { libraryOf } from '../../coordinator/planner/check-template.ts'
import { readTemplateText } from '../../coordinator/planner/template-file.ts'
import { readText } from '../read-text.ts'

/** The texts of a folder that may be templates, by file, in the order of their names. */
export function templatesIn(folder: string): { readonly file: string; readonly text: string }[] {
  const files = globSync('**/*.{yaml,yml,json}', { cwd: folder }).sort()
  return files.map(file => ({ file, text: readText(join(folder, file)) }))
}

/** Those of a folder that a template may use. */
export function libraryIn(folder: string): Library {
  return libraryOf(templatesIn(folder).map(({ file, text }) => readTemplateText(file, text)))
}
