import type { AnchoredItem } from '../protocol/anchoring.ts'
import { fromHex, type Hex } from '../protocol/hash.ts'
import { hashLeaf, rootOfInclusion } from '../protocol/merkle.ts'
import { readLog } from './anchored-log.ts'
import type { Finding } from './finding.ts'
import { AnchorFault, openAnchor } from './receipt-proof.ts'

/**
 * Whether an item is in a tree whose root a block holds, by the event of that contract. That the block is the chain's, and
 * the contract the consortium's, is for the chain to say.
 *
 * @param contract where the consortium's `Anchors` is, in lower case
 */
export async function checkAnchoredItem(
  { item, index, size, root, path, anchor, contract: claimed }: AnchoredItem,
  contract: Hex,
): Promise<Finding[]> {
  const findings: Finding[] = []
  if (claimed !== contract) findings.push({ where: '/contract', what: `anchors are written by ${contract}` })
  if (rootOfInclusion(hashLeaf(fromHex(item)), index, size, path) !== root) {
    findings.push({ where: '/path', what: 'it does not lead from the item to the root' })
  }
  try {
    const logs = (await openAnchor(anchor)).flatMap(log => readLog(log) ?? [])
    const holds = logs.some(
      log =>
        log.event === 'Anchored' &&
        log.address === contract &&
        log.args.root === root &&
        log.args.size === BigInt(size),
    )
    if (!holds) findings.push({ where: '/anchor/receipt', what: `it does not anchor ${root} of ${size} items` })
  } catch (error) {
    if (!(error instanceof AnchorFault)) throw error
    findings.push({ where: error.field ? `/anchor/${error.field}` : '/anchor', what: error.message })
  }
  return findings
}
