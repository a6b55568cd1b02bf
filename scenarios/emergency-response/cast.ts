import { fileURLToPath } from 'node:url'
import type { CastDomain } from '../consortium/cast.ts'

const module = (path: string) => fileURLToPath(new URL(`../../agents/${path}`, import.meta.url))
/** Enough that a wrong forecast costs more than its reward: 500 units of the token. */
const stake = 500_000_000n

/** Three weather agencies, each a domain of its own, and four departments. */
export function castOf(faulty: 'lie' | 'silent' | null): CastDomain[] {
  const one = (domainId: string, name: string, path: string): CastDomain => ({
    domainId,
    name,
    agents: [{ module: module(path), stake }],
  })
  const naval = one('naval-meteorology', 'Naval Meteorology', 'weather/naval-meteorology.ts')
  return [
    one('national-weather', 'National Weather Agency', 'weather/national-weather.ts'),
    one('coastal-institute', 'Coastal Research Institute', 'weather/coastal-institute.ts'),
    faulty ? { ...naval, agents: naval.agents.map(agent => ({ ...agent, fault: faulty })) } : naval,
    one('health', 'Department of Health', 'health/agent.ts'),
    one('transport', 'Department of Transport', 'transport/agent.ts'),
    one('emergency', 'Emergency Management', 'emergency/agent.ts'),
    one('information', 'Public Information', 'information/agent.ts'),
  ]
}

/** How many of the cast, from its beginning, attest hazards on chain. */
export const attestors = 3
