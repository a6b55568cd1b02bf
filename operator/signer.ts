import type { NatsConnection } from '@nats-io/nats-core'
import { type DocumentName, signDocument, signingDomain } from '../protocol/documents.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import { addressOf } from '../protocol/sign.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'
import { askChainInfo } from '../stack/chain-info.ts'

export type Signer = {
  readonly address: Address
  sign(name: DocumentName, document: object): Promise<Hex>
}

/** Signs in the operator's name. Which chain that is for is asked when it is first needed: a gateway may start later. */
export function operatorSigner(nc: NatsConnection, privateKey: Hex): Signer {
  let domain: SigningDomain | undefined
  return {
    address: addressOf(privateKey),
    async sign(name, document) {
      if (!domain) {
        const { chainId, contractRegistry } = await askChainInfo(nc)
        domain = signingDomain(chainId, contractRegistry)
      }
      return signDocument(domain, name, document, privateKey)
    },
  }
}
