import { globSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../read-text.ts'

/** The texts of a folder that may be templates, by file, in the order of their names. */
export function templatesIn(folder: string): { readonly file: string; readonly text: string }[] {
  const files = globSync('**/*.{yaml,yml,json}', { cwd: folder }).sort()
  return files.map(file => ({ file, text: readText(join(folder, file)) }))
}
