import { encodeBytes32String, id, isCallException, type Provider } from 'ethers'
import { ABIS, type Addresses, CONTRACT_NAMES, type ContractName } from './abis.ts'
import { encodeCall, type Hex } from './bindings.ts'
import { callContract } from './call-contract.ts'
import { ROLES, type Role } from './roles.ts'

/** Who gets which power once the contracts stand, as addresses. */
export interface Powers {
  /** Governs until the deployment is complete, and then no more, unless it is the governor. */
  founder: string
  governor: string
  settler: string
  logKeeper: string
}

/** The calls that complete a deployment; none when nothing is missing. */
export interface Settings {
  /** To the ContractRegistry. */
  records: Hex[]
  /** To the AccessManager. The last of them gives up the founder's power. */
  grants: Hex[]
}

const RESERVE_FOR = id('reserveFor(bytes32,uint256,uint64)').slice(0, 10) as Hex

/** Reads the chain, or says that there is nothing there yet to read. */
type Reader = Provider | 'empty'

/** @returns The calls still to be made on a chain, or all of them where the contracts are not there yet. */
export async function missingSettings(reader: Reader, addresses: Addresses, powers: Powers): Promise<Settings> {
  const [records, grants] = await Promise.all([
    Promise.all(CONTRACT_NAMES.map(name => missingRecord(reader, addresses, name))),
    missingGrants(reader, addresses, powers),
  ])
  return { records: records.flat(), grants }
}

async function missingRecord(reader: Reader, addresses: Addresses, name: ContractName): Promise<Hex[]> {
  const key = encodeBytes32String(name) as Hex
  const address = addresses[name] as Hex
  if (reader !== 'empty') {
    const entry = await callContract(reader, addresses.ContractRegistry, ABIS.ContractRegistry, 'get', [key]).catch(
      error => {
        // The registry fails for a name it does not know.
        if (isCallException(error)) return null
        throw error
      },
    )
    if (entry?.account === address) return []
  }
  return [encodeCall(ABIS.ContractRegistry, 'record', [key, address])]
}

async function missingGrants(reader: Reader, addresses: Addresses, powers: Powers): Promise<Hex[]> {
  const grants = await Promise.all([
    missingGrant(reader, addresses, 'settler', powers.settler),
    missingAppointment(reader, addresses, powers.logKeeper),
    missingGrant(reader, addresses, 'taskOpener', addresses.ResponsePlans),
    missingOpenerRule(reader, addresses),
    missingGrant(reader, addresses, 'governor', powers.governor),
    missingRenunciation(reader, addresses, powers),
  ])
  return grants.flat()
}

async function holds(reader: Provider, addresses: Addresses, role: Role, account: string): Promise<boolean> {
  const args = [ROLES[role], account as Hex] as const
  const [isMember] = await callContract(reader, addresses.AccessManager, ABIS.AccessManager, 'hasRole', args)
  return isMember
}

async function missingGrant(reader: Reader, addresses: Addresses, role: Role, account: string): Promise<Hex[]> {
  if (reader !== 'empty' && (await holds(reader, addresses, role, account))) return []
  const grant = encodeCall(ABIS.AccessManager, 'grantRole', [ROLES[role], account as Hex, 0])
  // The manager's own roles have their names by themselves.
  return role === 'governor' ? [grant] : [encodeCall(ABIS.AccessManager, 'labelRole', [ROLES[role], role]), grant]
}

async function missingAppointment(reader: Reader, addresses: Addresses, keeper: string): Promise<Hex[]> {
  const log = addresses.EvidenceLog as Hex
  if (reader !== 'empty' && (await reader.getCode(log)) !== '0x') {
    const appointed = await callContract(reader, log, ABIS.EvidenceLog, 'keeper', [])
    if (appointed === keeper) return []
  }
  const appoint = encodeCall(ABIS.EvidenceLog, 'appoint', [keeper as Hex])
  return [encodeCall(ABIS.AccessManager, 'execute', [log, appoint])]
}

async function missingOpenerRule(reader: Reader, addresses: Addresses): Promise<Hex[]> {
  const escrow = addresses.Escrow as Hex
  if (reader !== 'empty') {
    const args = [escrow, RESERVE_FOR] as const
    const { AccessManager: manager } = addresses
    const role = await callContract(reader, manager, ABIS.AccessManager, 'getTargetFunctionRole', args)
    if (role === ROLES.taskOpener) return []
  }
  return [encodeCall(ABIS.AccessManager, 'setTargetFunctionRole', [escrow, [RESERVE_FOR], ROLES.taskOpener])]
}

async function missingRenunciation(reader: Reader, addresses: Addresses, powers: Powers): Promise<Hex[]> {
  const { founder, governor } = powers
  if (founder === governor) return []
  if (reader !== 'empty' && !(await holds(reader, addresses, 'governor', founder))) return []
  return [encodeCall(ABIS.AccessManager, 'renounceRole', [ROLES.governor, founder as Hex])]
}
