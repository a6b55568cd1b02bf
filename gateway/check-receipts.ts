import { EntenteError } from '../protocol/errors.ts'
import type { ChainProfile } from '../stack/chain-profile.ts'
import type { RpcHeader, RpcReceipt } from './block.ts'
import { type ProvenRules, rulesWith, unknownTypes } from './encode-receipt.ts'
import { plantReceipts } from './receipts-trie.ts'

/** Whether receipts hash to the root that their block's header states. */
export function hashTo(
  receipts: readonly RpcReceipt[],
  { receiptsRoot }: Pick<RpcHeader, 'receiptsRoot'>,
  rules: ProvenRules,
): Promise<boolean> {
  return plantReceipts(receipts, receiptsRoot, rules).then(
    () => true,
    () => false,
  )
}

/**
 * What is wrong where receipts do not hash to their root, and some are of types that the rules do not have: then nobody lies,
 * and the chain is another than was taken. Null where all types are known.
 */
export function whyUnknown(
  receipts: readonly RpcReceipt[],
  { number }: Pick<RpcHeader, 'number'>,
  rules: ProvenRules,
): EntenteError | null {
  const found = unknownTypes(receipts, rules)
  if (found.length === 0) return null
  const fitting = rulesWith(found).map(name => `the profile ${name} has them`)
  const advice = fitting.length > 0 ? fitting.join(', ') : 'no profile has them but unproven, which believes most nodes'
  const what = `block ${Number(number)} has receipts of type ${found.join(', ')}, which are encoded otherwise than ${rules} says`
  return new EntenteError('RECEIPT_TYPE_UNKNOWN', `${what}: ${advice}`)
}

/** @throws EntenteError RECEIPTS_UNPROVEN on a chain whose blocks do not prove their receipts */
export function checkProves({ name, receipts }: ChainProfile, what: string): void {
  if (receipts !== 'unproven') return
  throw new EntenteError('RECEIPTS_UNPROVEN', `${what}: the profile ${name} says that its blocks do not prove receipts`)
}
