import { ABIS } from '../../contracts/abis.ts'
import { decodeResult, encodeCall } from '../../contracts/bindings.ts'
import { ROLES, type Role } from '../../contracts/roles.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Contracts } from '../contracts.ts'
import type { Rpc } from '../rpc.ts'

type Ground = { readonly rpc: Rpc; readonly contracts: Pick<Contracts, 'addresses'> }

/**
 * What each key of a pool may not do that another of them may: contracts ask which role their caller has, and a message
 * must come to the same by whichever key it goes. A role that takes effect after a delay is none here.
 *
 * @throws NodeSilent or NodeError when the node cannot say
 */
export async function missingRoles(ground: Ground, members: readonly Address[]): Promise<ReadonlyMap<Address, Role[]>> {
  const roles = Object.keys(ROLES) as Role[]
  const held = await Promise.all(members.map(member => rolesOf(ground, member, roles)))
  const wanted = roles.filter(role => held.some(has => has.has(role)))
  return new Map(members.map((member, index) => [member, wanted.filter(role => !held[index]!.has(role))]))
}

async function rolesOf(ground: Ground, member: Address, roles: readonly Role[]): Promise<ReadonlySet<Role>> {
  const has = await Promise.all(roles.map(role => hasRole(ground, member, role)))
  return new Set(roles.filter((_, index) => has[index]))
}

async function hasRole({ rpc, contracts }: Ground, member: Address, role: Role): Promise<boolean> {
  const abi = ABIS.AccessManager
  const call = { to: contracts.addresses().AccessManager, data: encodeCall(abi, 'hasRole', [ROLES[role], member]) }
  const [isMember, delaySeconds] = decodeResult(abi, 'hasRole', await rpc<Hex>('eth_call', [call, 'latest']))
  return isMember && Number(delaySeconds) === 0
}
