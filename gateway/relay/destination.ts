import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { type Caller, callContract } from '../../contracts/call-contract.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../../protocol/ids.ts'
import { readRevert } from '../revert.ts'
import type { Rpc } from '../rpc.ts'
import type { ReceiptPlace } from './place.ts'
import { positionOf } from './place.ts'

/** As `IInbox.Status` has them. */
const unknown = 0

/** What the consortium of this chain recognised of another. */
export interface Recognised {
  readonly evidenceLog: Hex
  readonly outbox: Hex
  readonly quorum: number
  /** As left-aligned bytes, ascending. */
  readonly domains: readonly Hex[]
  /** Whether the seals of its validators vouch for headers, and not domains. */
  readonly sealed: boolean
}

/** The chain to which things are carried, as far as it is read: what is known there already. */
export class Destination {
  readonly #caller: Caller
  readonly #info: ChainInfo
  readonly #sourceChain: bigint

  constructor(rpc: Rpc, info: ChainInfo, sourceChain: number) {
    this.#caller = { call: transaction => rpc<Hex>('eth_call', [transaction, 'latest']) }
    this.#info = info
    this.#sourceChain = BigInt(sourceChain)
  }

  /** @throws EntenteError RELAY_UNRECOGNISED, RELAY_HALTED */
  async recognised(): Promise<Recognised> {
    try {
      const source = await callContract(this.#caller, this.#at('ForeignChains'), ABIS.ForeignChains, 'sourceOf', [
        this.#sourceChain,
      ])
      if (source.halted) throw new EntenteError('RELAY_HALTED', `chain ${this.#sourceChain} is halted here`)
      const { evidenceLog, outbox, quorum, domains, validators } = source
      const contracts = { evidenceLog: lower(evidenceLog), outbox: lower(outbox) }
      return { ...contracts, quorum, domains, sealed: validators.length > 0 }
    } catch (error) {
      if (readRevert(error)?.name !== 'ForeignChainsUnknown') throw error
      throw new EntenteError('RELAY_UNRECOGNISED', `governance has not recognised chain ${this.#sourceChain}`)
    }
  }

  /** The hash of the block of that number, where its header was accepted. */
  async acceptedHash(number: number): Promise<Hex | null> {
    const args = [this.#sourceChain, BigInt(number)] as const
    const [hash] = await callContract(this.#caller, this.#at('ForeignChains'), ABIS.ForeignChains, 'blockAt', args)
    return BigInt(hash) === 0n ? null : hash
  }

  async attesterOf(domainId: string): Promise<Address> {
    const args = [domainToBytes32(domainId)] as const
    return lower(await callContract(this.#caller, this.#at('ForeignChains'), ABIS.ForeignChains, 'attesterOf', args))
  }

  /** Whether a message was proven: delivered, or refused by its receiver. */
  async isProven(nonce: bigint): Promise<boolean> {
    const args = [this.#sourceChain, nonce] as const
    return (await callContract(this.#caller, this.#at('Inbox'), ABIS.Inbox, 'statusOf', args)) !== unknown
  }

  /** Whether this place of the other log, or a later one, was taken over. */
  async isAnchored(place: ReceiptPlace): Promise<boolean> {
    const args = [this.#sourceChain] as const
    const [, , position] = await callContract(this.#caller, this.#at('ForeignLogs'), ABIS.ForeignLogs, 'latest', args)
    return positionOf(place) <= position
  }

  /** Why a call would fail now, by the name of the contract's error; null when it would not. */
  async whyRefused<Name extends 'ForeignChains' | 'ForeignLogs' | 'Inbox'>(
    contract: Name,
    call: string,
    args: readonly unknown[],
  ): Promise<string | null> {
    const data = encodeCall(ABIS[contract], call as never, args as never)
    try {
      await this.#caller.call({ to: this.#at(contract), data })
      return null
    } catch (error) {
      const revert = readRevert(error)
      if (revert === null) throw error
      return revert.name
    }
  }

  /** @throws EntenteError CONTRACT_FROZEN */
  #at(name: ContractName): Hex {
    const address = this.#info.contracts[name]
    if (!address) throw new EntenteError('CONTRACT_FROZEN', `${name} is not active in the contract registry`)
    return address
  }
}

function lower(address: Hex): Address {
  return address.toLowerCase() as Address
}
