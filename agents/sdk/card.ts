import { z } from 'zod'
import type { AgentCard, SkillCard } from '../../protocol/agent-card.ts'
import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { refusedPatterns } from '../../protocol/parameters.ts'
import { hasLostMarks } from '../../protocol/restricted-places.ts'
import type { AgentDefinition, Skill } from './define.ts'

/**
 * The card of a definition: the same definition always gives the same card, and so the same content hash, which is
 * what stands on chain. Schemas become JSON Schema 2020-12; what `.meta` says of a field, such as `agree`, stays in it.
 *
 * @throws EntenteError SKILL_INVALID for a skill whose input or output JSON cannot carry; PATTERN_REFUSED
 */
export function cardOf({ name, description, skills, concurrency }: AgentDefinition): AgentCard {
  return {
    type: 'https://eips.ethereum.org/EIPS/eip-8004#registration-v1',
    name,
    description,
    services: [{ name: 'nats-micro', endpoint: `$SRV.INFO.${serviceName(name)}`, version: '1' }],
    x402Support: false,
    active: true,
    supportedTrust: ['crypto-economic'],
    skills: skills.map(skillCard),
    // A definition that names none keeps the card, and the hash on chain, that it always had.
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

/** The agent's name as NATS micro services may be called: letters, digits, `-` and `_`. */
export function serviceName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, '-')
}

function skillCard(skill: Skill): SkillCard {
  const { name, version, description, price } = skill
  return {
    name,
    version,
    description,
    inputSchema: jsonSchema(skill, 'input'),
    outputSchema: jsonSchema(skill, 'output'),
    price: price.toString(),
  }
}

/** @throws EntenteError SKILL_INVALID, PATTERN_REFUSED */
export function jsonSchema(skill: Skill, side: 'input' | 'output'): Record<string, Json> {
  let json: Record<string, Json>
  try {
    const { '~standard': _, ...schema } = z.toJSONSchema(skill[side], { io: side })
    json = schema as Record<string, Json>
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EntenteError('SKILL_INVALID', `${skill.name}: the ${side} has no JSON Schema (${why})`, { cause })
  }
  const [refused] = refusedPatterns(json)
  if (refused) {
    throw new EntenteError('PATTERN_REFUSED', `${skill.name}: the ${side}, ${refused.path.join('.')}: ${refused.why}`)
  }
  if (!hasLostMarks(json)) return json
  const where = 'below fields, items and alternatives alone, not behind references'
  throw new EntenteError('SKILL_INVALID', `${skill.name}: class restricted can stand in the ${side} ${where}`)
}
