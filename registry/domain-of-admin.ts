import type { Address } from '../protocol/ids.ts'
import type { Directory, DirectoryDomain } from './directory.ts'

/** The admitted domain that this account is the admin of; null where it is of none. */
export function domainOfAdmin({ domains }: Pick<Directory, 'domains'>, account: Address): DirectoryDomain | null {
  return [...domains.values()].find(({ admin, status }) => admin === account && status === 'admitted') ?? null
}
