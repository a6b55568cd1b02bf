import { ABIS } from '../abis.ts'
import { encodeCall } from '../bindings.ts'
import type { Creation } from '../create2.ts'
import { domainsBytecode } from '../generated/bytecode/domains.ts'
import { erc1967ProxyBytecode } from '../generated/bytecode/erc1967-proxy.ts'
import { identityRegistryBytecode } from '../generated/bytecode/identity-registry.ts'
import { at, creation } from './creation.ts'

/** ERC-8004's identity registry behind a proxy, and the domains that agents belong to. */
export function planIdentity({ manager }: Record<'manager', Creation>) {
  const implementation = creation('IdentityRegistry implementation', identityRegistryBytecode)
  const initialize = encodeCall(ABIS.IdentityRegistry, 'initialize', [manager.address as `0x${string}`])
  const identity = creation('IdentityRegistry', erc1967ProxyBytecode, at(implementation), ['bytes', initialize])
  return { implementation, identity, domains: creation('Domains', domainsBytecode, at(manager), at(identity)) }
}
