import { readFileSync, statSync } from 'node:fs'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import { addressOf, signDigest } from '../protocol/sign.ts'
import { assembleTransaction, type Transaction, transactionDigest } from './transaction.ts'

/** Holds one key, wherever that is: here, in a remote signer, in custody. */
export interface Signer {
  readonly address: Address
  signTransaction(transaction: Transaction): Promise<{ raw: Hex; txHash: Hex }>
}

export interface Signers {
  /** Sends what carries its authority in a signature inside: the name stands for its address. */
  readonly relayer: Address
  readonly byAddress: ReadonlyMap<Address, Signer>
}

/** Group and others may not so much as read it. */
const FOREIGN_ACCESS = 0o077

/**
 * Signers from a JSON file, mode 0600: `{"relayer": "0x…", "any other name": "0x…"}`, 32-byte private keys.
 *
 * @throws EntenteError FILE_UNREADABLE, or KEY_INVALID naming the entry, never its value
 */
export function readSigners(path: string): Signers {
  const keys = readKeys(path)
  if (keys.relayer === undefined) throw new EntenteError('KEY_INVALID', `${path} has no key named relayer`)
  const byName = Object.entries(keys).map(([name, key]) => [name, localSigner(key, `${name} in ${path}`)] as const)
  const relayer = byName.find(([name]) => name === 'relayer')![1].address
  return { relayer, byAddress: new Map(byName.map(([, signer]) => [signer.address, signer])) }
}

function readKeys(path: string): Record<string, unknown> {
  try {
    if (statSync(path).mode & FOREIGN_ACCESS) throw new Error('others may read it; its mode must be 0600')
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    // A parser's message quotes the text it stumbled on, which may be a key.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message
    throw new EntenteError('FILE_UNREADABLE', `the keys in ${path}: ${why}`)
  }
}

function localSigner(key: unknown, where: string): Signer {
  if (typeof key !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    throw new EntenteError('KEY_INVALID', `${where} is not a private key`)
  }
  const privateKey = key as Hex
  return {
    address: addressOf(privateKey),
    signTransaction: async transaction =>
      assembleTransaction(transaction, signDigest(transactionDigest(transaction), privateKey)),
  }
}
