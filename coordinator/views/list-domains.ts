import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type DomainListed = Views['domains'] & {
  /** Agents enrolled, active or not. */
  agents: number
}

/** All domains of the consortium, by id: departments are few. */
export async function listDomains(db: Kysely<Views>): Promise<DomainListed[]> {
  return db
    .selectFrom('domains')
    .selectAll('domains')
    .select(eb =>
      eb
        .selectFrom('agents')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('agents.domainId', '=', 'domains.domainId')
        .$asScalar()
        .as('agents'),
    )
    .orderBy('domainId')
    .execute() as Promise<DomainListed[]>
}
