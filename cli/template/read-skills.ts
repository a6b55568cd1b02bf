import { parse } from 'yaml'
import { z } from 'zod'
import type { Offer } from '../../coordinator/flow/check/offer.ts'
import type { OfferedSkill } from '../../coordinator/planner/goal/vocabulary.ts'
import type { Offers } from '../../coordinator/planner/offered.ts'
import { AgentCard, SkillCard } from '../../protocol/agent-card.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { skillReference } from '../../registry/match.ts'
import { nearest } from '../../stack/nearest.ts'
import { readText } from '../read-text.ts'

/** A list of skills, of which each may say how many domains offer it; or of agent cards, each of another domain. */
const ListedSkill = SkillCard.extend({ domains: z.int().min(1).default(1) })
const Skills = z.array(ListedSkill)
const Cards = z.array(AgentCard)
const Vocabulary = z.object({ skills: Skills })

type Listed = OfferedSkill & { readonly domains: number }

/**
 * A list of skills or of agent cards, JSON or YAML.
 * @throws EntenteError FILE_UNREADABLE, SKILL_INVALID
 */
export function readOffers(file: string): Offers {
  const skills = skillsIn(file)
  const offered = Map.groupBy(skills, skillReference)
  return { skills, offerOf: reference => offerOf(offered, reference) }
}

function skillsIn(file: string): Listed[] {
  const listed = listIn(file)
  const parsed = formOf(listed).safeParse(listed)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
    throw new EntenteError('SKILL_INVALID', `${file} is no list of skills or of agent cards: ${wrong.join('; ')}`)
  }
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.skills
  return list.flatMap((each): Listed[] => {
    if (!('skills' in each)) return [{ ...each, provider: { name: '', description: '' } }]
    const { name, description } = each
    return each.skills.map(skill => ({ ...skill, domains: 1, provider: { name, description } }))
  })
}

function listIn(file: string): unknown {
  try {
    return parse(readText(file))
  } catch (cause) {
    if (cause instanceof EntenteError) throw cause
    throw new EntenteError('SKILL_INVALID', `${file} is neither JSON nor YAML: ${(cause as Error).message}`, { cause })
  }
}

/** What it seems meant to be, so that the places that are wrong can be named. */
function formOf(listed: unknown) {
  if (!Array.isArray(listed)) return Vocabulary
  const isCard = (each: unknown) => typeof each === 'object' && each !== null && 'skills' in each
  return listed.some(isCard) ? Cards : Skills
}

function offerOf(offered: ReadonlyMap<string, readonly Listed[]>, reference: string): Offer {
  const skills = offered.get(reference) ?? []
  const prices = skills.map(({ price }) => BigInt(price))
  return {
    domains: skills.reduce((sum, { domains }) => sum + domains, 0),
    highestPrice: prices.reduce((highest, price) => (price > highest ? price : highest), 0n),
    nearest: skills.length > 0 || offered.size === 0 ? [] : [nearest(reference, [...offered.keys()])!],
    inputSchemas: skills.map(({ inputSchema }) => inputSchema),
    outputSchemas: skills.map(({ outputSchema }) => outputSchema),
  }
}
