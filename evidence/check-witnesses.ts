import { signingDomain } from '../protocol/documents.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { formatNote, parseNote } from '../protocol/note.ts'
import { checkpointText, keeperSignature, originOf } from '../protocol/tree-head.ts'
import { isCosignedBy } from '../protocol/witness.ts'
import { type Check, type Finding, pointer } from './finding.ts'

const name = 'witnesses'
const noteAt = pointer('witnessed', 'note')

/**
 * Whether the checkpoint's note is of this checkpoint, and cosigned by each witness beside it, each of another domain. That a
 * domain appointed its witness is checked with all signatures.
 * @param wanted of how many domains there must be a cosignature
 */
export function checkWitnesses({ chain, checkpoint, witnessed }: Bundle, wanted = 0): Check {
  const witnesses = witnessed?.witnesses ?? []
  const findings: Finding[] = []
  if (witnessed) {
    const origin = originOf(signingDomain(chain.chainId, chain.contractRegistry))
    const text = checkpointText({ origin, ...checkpoint })
    const signatures = parseNote(witnessed.note)?.signatures.slice(1) ?? []
    // Nothing may stand in a proof that no check reads: what is not laid out like this is found.
    const expected = formatNote({ text, signatures: [keeperSignature(origin, checkpoint), ...signatures] })
    if (witnessed.note !== expected || signatures.length !== witnesses.length) {
      findings.push({ where: noteAt, what: 'it is not the note of this checkpoint, with a line for each witness' })
    }
    witnesses.forEach((witness, index) => {
      const signature = signatures[index]
      if (signature && isCosignedBy(text, witness, signature)) return
      const what = `the witness of ${witness.domainId} did not cosign this checkpoint by this key`
      findings.push({ where: pointer('witnessed', 'witnesses', index), what })
    })
  }
  const domains = new Set(witnesses.map(({ domainId }) => domainId)).size
  if (domains < witnesses.length) {
    findings.push({ where: pointer('witnessed', 'witnesses'), what: 'a domain is there twice' })
  }
  if (domains < wanted) {
    const what = `WITNESSES_TOO_FEW: ${domains} domains witnessed this checkpoint, ${wanted} are asked for`
    findings.push({ where: pointer('witnessed'), what })
  }
  return { name, count: domains, findings }
}
