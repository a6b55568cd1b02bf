import { restrictedPlaces } from '../../../protocol/restricted-places.ts'
import { jsonSchema } from '../card.ts'
import type { Skill } from '../define.ts'
import type { AgentIdentity } from '../identity.ts'
import type { Sealing } from '../run-skill.ts'
import { openInput } from './open-input.ts'
import { sealOutput } from './seal-output.ts'

/** Opens and seals for an agent's skills, so that what they take and give is plain. */
export function sealingOf(identity: AgentIdentity, skills: readonly Skill[]): Sealing {
  const schemas = skills.map(skill => [skill, jsonSchema(skill, 'output')] as const)
  const marked = new Map(schemas.filter(([, schema]) => restrictedPlaces(schema).length > 0))
  return {
    open: item => openInput(identity, item),
    seal(skill, item, output) {
      const schema = marked.get(skill)
      return schema ? sealOutput(identity, item, schema, output) : output
    },
  }
}
