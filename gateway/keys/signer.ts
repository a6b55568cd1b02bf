import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { keccak256 } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { recoverAddress } from '../../protocol/sign.ts'
import { assembleTransaction, type Delegation, type Transaction, transactionPayload } from '../transaction.ts'

/** Signs with one key, wherever that is: in this process, in a remote signer, in a security module. */
export interface Signer {
  readonly address: Address
  /** @throws EntenteError SIGNER_UNREACHABLE, to be tried again; SIGNER_WRONG when the answer is not this key's */
  signTransaction(transaction: Transaction): Promise<{ raw: Hex; txHash: Hex }>
  /** Lets the account of the key run code (EIP-7702); missing where the key's holder signs transactions only. */
  signDelegation?(delegation: Delegation): Promise<Hex>
}

export interface Signers {
  /** Sends what carries its authority in a signature inside: the name stands for its address. */
  readonly relayer: Address
  readonly byAddress: ReadonlyMap<Address, Signer>
}

/**
 * A key that somebody else holds, as `custodySigner` makes a signer of it: a remote signer, an HSM by PKCS#11, a KMS.
 * Whatever it is, it is given the bytes of the transaction and hashes them itself, so that it can look at what it signs.
 */
export interface Custody {
  readonly address: Address
  /**
   * Signs keccak256 of `payload`, the type byte and RLP of a transaction without its signature (EIP-1559). Asked again
   * for the same bytes it may answer another valid signature: only one that was stored is ever sent.
   *
   * @returns r ‖ s ‖ v as hex, 65 bytes: s in the lower half of the order (EIP-2), v 27 or 28. A module that answers
   *   DER without v leaves both to its adapter: flip a high s, then take the v that recovers to `address`
   * @throws EntenteError SIGNER_UNREACHABLE when nothing is known of the outcome
   */
  sign(payload: Uint8Array): Promise<Hex>
}

/** A signer whose every answer is checked: what another key signed, or other bytes, is never stored and never sent. */
export function custodySigner({ address, sign }: Custody): Signer {
  return {
    address,
    async signTransaction(transaction) {
      const payload = transactionPayload(transaction)
      const signature = await sign(payload)
      const by = recoverAddress(keccak256(payload), signature)
      if (by !== address) {
        const found = by === null ? 'no valid signature' : `what recovers to ${by}`
        throw new EntenteError('SIGNER_WRONG', `asked to sign as ${address}, the signer answered ${found}`)
      }
      return assembleTransaction(transaction, signature)
    },
  }
}
