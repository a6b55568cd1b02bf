import { signersOf } from '#signers'
import { signingDomain } from '../protocol/documents.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Check, Finding } from './finding.ts'
import type { Statement } from './statement.ts'
import { statementsIn } from './statements-in.ts'

/**
 * Whether everything signed was signed by whom it says: the order by the requester, commitments, receipts and failures
 * by the wallet that the work was assigned to, approvals by an approver, the checkpoint by the log keeper. It begins at once, and is
 * whole when what it gives is asked.
 */
export function checkSignatures(bundle: Bundle): () => Promise<Check> {
  const { chainId, contractRegistry } = bundle.chain
  const domain = signingDomain(chainId, contractRegistry)
  const statements = statementsIn(bundle)
  const signers = signersOf(
    domain,
    statements.map(({ name, document, signature }) => ({ name, document, signature })),
  )
  return async () => {
    const broken = brokenOf(statements, await signers())
    return { name: 'signatures', count: statements.length, findings: findingsOf(bundle, statements, broken) }
  }
}

function brokenOf(statements: readonly Statement[], signers: readonly (string | null)[]): Finding[] {
  return statements.flatMap((statement, at) => {
    const what = faultOf(statement, signers[at]!)
    return what ? [{ where: statement.where, what }] : []
  })
}

/** When none holds, the fault lies in what they have in common: the chain and the contract that they are bound to. */
function findingsOf({ chain }: Bundle, statements: readonly Statement[], broken: Finding[]): Finding[] {
  if (broken.length < 2 || broken.length < statements.length) return broken
  const what = `no signature holds for chain ${chain.chainId} and contract registry ${chain.contractRegistry}`
  return [{ where: '/chain', what }, ...broken]
}

function faultOf({ name, wallet, who }: Statement, signer: string | null): string | null {
  if (wallet === null) return `${who} signed a ${name} that it was not asked for`
  if (signer === wallet) return null
  const found = signer ? `it is ${signer}'s` : 'it is malformed'
  return `the signature of this ${name} is not ${who}'s (wallet ${wallet}): ${found}`
}
