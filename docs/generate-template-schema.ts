import { writeFileSync } from 'node:fs'
import { templateSchema } from '../coordinator/planner/template-schema.ts'

/** Where the schema is. */
export const schemaFile = new URL('template.schema.json', import.meta.url)

export function schemaText(): string {
  return `${JSON.stringify(templateSchema(), null, 2)}\n`
}

if (import.meta.main) writeFileSync(schemaFile, schemaText())
