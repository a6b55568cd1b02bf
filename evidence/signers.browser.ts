import type { SigningDomain } from '../protocol/typed-data.ts'
import { recoverAll, type Signed, type Signers } from './recover-all.ts'

/** As `signers.ts`, without a thread more: the page verifies in one of its own already. */
export function signersOf(domain: SigningDomain, signed: readonly Signed[]): Signers {
  return async () => recoverAll(domain, signed)
}
