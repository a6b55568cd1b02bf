import { fileURLToPath } from 'node:url'
import type { CastDomain } from '../consortium/cast.ts'

/** The three processes, by the name of their folder. */
export const processes = ['cross-region-emergency', 'one-stop-birth', 'letter-of-credit'] as const
export type Process = (typeof processes)[number]

/** The parties of each process: every agent, and the domain that answers for it. */
const parties = {
  'cross-region-emergency': [
    ['gulf', 'Gulf Region', 'gulf-region'],
    ['inland', 'Inland Region', 'inland-region'],
    ['transport-corps', 'Transport Corps', 'transport-corps'],
    ['air-wing', 'Air Wing', 'air-wing'],
  ],
  'one-stop-birth': [
    ['health-office', 'Office of Health', 'health-office'],
    ['police', 'Police', 'police'],
    ['civil-affairs', 'Civil Affairs', 'civil-affairs'],
    ['social-security', 'Social Security', 'social-security'],
  ],
  'letter-of-credit': [
    ['issuing-bank', 'Issuing Bank', 'issuing-bank'],
    ['confirming-bank', 'Confirming Bank', 'confirming-bank'],
    ['maker', 'Maker', 'maker'],
    ['carrier', 'Carrier', 'carrier'],
  ],
} as const satisfies Record<Process, readonly (readonly [string, string, string])[]>

/** 100 units of the token for each agent. */
const stake = 100_000_000n

export function castOf(process: Process): CastDomain[] {
  return parties[process].map(([domainId, name, file]) => ({
    domainId,
    name,
    agents: [{ module: fileURLToPath(new URL(`${process}/${file}.ts`, import.meta.url)), stake }],
  }))
}
