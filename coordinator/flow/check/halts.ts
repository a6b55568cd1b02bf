import type { Template } from '../../../protocol/template.ts'
import type { Fault } from './fault.ts'
import { defaultFaults, schemaFaultsAt } from './parameters.ts'
import { isAsk, isWait } from './structure.ts'

/** What an answer or a payload must look like is a schema, and a default is what it asks for. */
export function haltFaults({ subtasks }: Template): Fault[] {
  return subtasks.flatMap((node, index): Fault[] => {
    const path = ['subtasks', index]
    if (isWait(node)) {
      const { wait } = node
      return 'event' in wait && wait.payload ? schemaFaultsAt([...path, 'wait', 'payload'], wait.payload) : []
    }
    if (!isAsk(node)) return []
    const { answer, default: silence } = node.ask
    const bad = schemaFaultsAt([...path, 'ask', 'answer'], answer)
    return bad.length > 0 || silence === undefined ? bad : defaultFaults([...path, 'ask', 'default'], answer, silence)
  })
}
