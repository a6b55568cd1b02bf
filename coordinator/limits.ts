import { EntenteError } from '../protocol/errors.ts'
import { DomainId } from '../protocol/ids.ts'
import type { Config, limitNames } from '../stack/config.ts'

/** What the coordinators take on, and for whom: docs/FLOW-CONTROL.md. */
export interface Limits {
  /** Open tasks in all. */
  readonly openTasks: number
  /** Open tasks of one domain, where nothing else is said of it. */
  readonly openTasksPerDomain: number
  readonly quotas: ReadonlyMap<string, number>
  /** What a domain's share of busy agents is measured by; 1 where nothing is said of it. */
  readonly weights: ReadonlyMap<string, number>
  /** Domains that may claim an emergency. */
  readonly emergencyDomains: ReadonlySet<string>
}

type Variables = Pick<Config, (typeof limitNames)[number]>

/** @throws EntenteError CONFIG_INVALID */
export function limitsOf(config: Variables): Limits {
  return {
    openTasks: config.ENTENTE_OPEN_TASKS,
    openTasksPerDomain: config.ENTENTE_OPEN_TASKS_PER_DOMAIN,
    quotas: numbersOf('ENTENTE_DOMAIN_QUOTAS', config.ENTENTE_DOMAIN_QUOTAS, 0),
    weights: numbersOf('ENTENTE_DOMAIN_WEIGHTS', config.ENTENTE_DOMAIN_WEIGHTS, 1),
    emergencyDomains: new Set(
      partsOf(config.ENTENTE_EMERGENCY_DOMAINS).map(part => domainOf('ENTENTE_EMERGENCY_DOMAINS', part)),
    ),
  }
}

function numbersOf(name: string, text: string | undefined, least: number): ReadonlyMap<string, number> {
  return new Map(
    partsOf(text).map(part => {
      const [domain = '', number = ''] = part.split('=')
      const value = Number(number)
      if (/^\d+$/.test(number) && value >= least && value <= 1_000_000) return [domainOf(name, domain), value]
      throw wrong(name, part, `a domain, =, and a whole number from ${least} to 1000000`)
    }),
  )
}

function domainOf(name: string, part: string): string {
  if (DomainId.safeParse(part).success) return part
  throw wrong(name, part, 'a domain id')
}

function partsOf(text = ''): string[] {
  return text.split(',').flatMap(part => (part.trim() === '' ? [] : [part.trim()]))
}

function wrong(name: string, part: string, takes: string): EntenteError {
  return new EntenteError('CONFIG_INVALID', `${name} has ${JSON.stringify(part)}, but takes ${takes}, apart by commas`)
}
