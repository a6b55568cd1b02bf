import { schemaFault, schemaFaults } from '../../../protocol/parameters.ts'
import type { Template } from '../../../protocol/template.ts'
import { type Fault, invalid } from './fault.ts'
import { isAsk } from './structure.ts'

/** What an answer must look like is a schema, and a default is what it asks for. */
export function askFaults({ subtasks }: Template): Fault[] {
  return subtasks.flatMap((node, index): Fault[] => {
    if (!isAsk(node)) return []
    const { answer, default: silence } = node.ask
    const path = ['subtasks', index, 'ask']
    const bad = schemaFault(answer)
    if (bad) return [invalid([...path, 'answer'], bad, 'Write JSON Schema 2020-12.')]
    if (silence === undefined) return []
    const faults = schemaFaults(answer, silence, 'default')
    return faults.map(what => invalid([...path, 'default'], what, 'Give a default that the schema of answers allows.'))
  })
}
