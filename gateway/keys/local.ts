import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { addressOf, signDigest } from '../../protocol/sign.ts'
import { assembleTransaction, delegationDigest, transactionDigest } from '../transaction.ts'
import type { Signer } from './signer.ts'

/**
 * Signs here, with a key that only this closure has.
 *
 * @param where the key came from, for messages: they never have its value
 * @throws EntenteError KEY_INVALID
 */
export function localSigner(key: unknown, where: string): Signer {
  if (typeof key !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    throw new EntenteError('KEY_INVALID', `${where} is not a private key`)
  }
  const privateKey = key as Hex
  return {
    address: addressOf(privateKey),
    signTransaction: async transaction =>
      assembleTransaction(transaction, signDigest(transactionDigest(transaction), privateKey)),
    signDelegation: async delegation => signDigest(delegationDigest(delegation), privateKey),
  }
}
