import type { SigningDomain } from '../protocol/typed-data.ts'
import { recoverAll, type Signed } from './recover-all.ts'

/** As `signers.ts`, without a thread more: the page verifies in one of its own already. */
export async function signersOf(domain: SigningDomain, signed: readonly Signed[]): Promise<(string | null)[]> {
  return recoverAll(domain, signed)
}
