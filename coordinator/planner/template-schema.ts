import { z } from 'zod'
import { Template } from '../../protocol/template.ts'

/** The JSON Schema of the file that people write, for editors and for programs that write templates. */
export function templateSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(Template, { io: 'input' })
  return { $schema, title: 'A process template of Entente', ...schema }
}
