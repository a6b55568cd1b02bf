import { signerOf, signingDomain } from '../protocol/documents.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Check, Finding } from './finding.ts'
import { type Statement, statementsIn } from './statement.ts'

/**
 * Whether everything signed was signed by whom it says: the order by the requester, commitments, receipts and failures
 * by the wallet that the work was assigned to, approvals by an approver, the checkpoint by the log keeper.
 */
export function checkSignatures(bundle: Bundle): Check {
  const { chainId, contractRegistry } = bundle.chain
  const domain = signingDomain(chainId, contractRegistry)
  const statements = statementsIn(bundle)
  const broken = statements.flatMap(statement => {
    const what = faultOf(statement, recover(domain, statement))
    return what ? [{ where: statement.where, what }] : []
  })
  return { name: 'signatures', count: statements.length, findings: findingsOf(bundle, statements, broken) }
}

/** When none holds, the fault lies in what they have in common: the chain and the contract that they are bound to. */
function findingsOf({ chain }: Bundle, statements: readonly Statement[], broken: Finding[]): Finding[] {
  if (broken.length < 2 || broken.length < statements.length) return broken
  const what = `no signature holds for chain ${chain.chainId} and contract registry ${chain.contractRegistry}`
  return [{ where: '/chain', what }, ...broken]
}

function recover(domain: Parameters<typeof signerOf>[0], { name, document, signature }: Statement): string | null {
  try {
    return signerOf(domain, name, document, signature)
  } catch (error) {
    // A number that no contract could take, in a field whose schema is wider than its type.
    if (error instanceof RangeError) return null
    throw error
  }
}

function faultOf({ name, wallet, who }: Statement, signer: string | null): string | null {
  if (wallet === null) return `${who} signed a ${name} that it was not asked for`
  if (signer === wallet) return null
  const found = signer ? `it is ${signer}'s` : 'it is malformed'
  return `the signature of this ${name} is not ${who}'s (wallet ${wallet}): ${found}`
}
