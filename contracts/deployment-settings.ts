import { encodeBytes32String, Interface, type InterfaceAbi, isCallException, type Provider } from 'ethers'
import { ABIS, type Addresses, CONTRACT_NAMES, type ContractName } from './abis.ts'
import { encodeCall, type Hex } from './bindings.ts'
import { callContract } from './call-contract.ts'
import { ROLES, type Role } from './roles.ts'

/** Who gets which power once the contracts stand, as addresses. */
export interface Powers {
  /** Governs until the deployment is complete, and then no more, unless it is the governor. */
  founder: string
  /** Governs from then on: the governor, or the timelock that obeys it. */
  governor: string
  settler: string
  directSettler: string | null
  logKeeper: string
  /** Attests credentials, pauses, judges whom to deal with, and rules on appeals: one office for each. */
  attestor: string
  guardian: string
  compliance: string
  arbiter: string
}

/** The calls that complete a deployment; none when nothing is missing. */
export interface Settings {
  /** To the ContractRegistry. */
  records: Hex[]
  /** To the AccessManager. The last of them gives up the founder's power. */
  grants: Hex[]
}

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
  const members: readonly (readonly [Role, string])[] = [
    ['settler', powers.settler],
    ...(powers.directSettler === null ? [] : [['directSettler', powers.directSettler] as const]),
    ['attestor', powers.attestor],
    ['guardian', powers.guardian],
    ['compliance', powers.compliance],
    ['arbiter', powers.arbiter],
    ...contractRoles(addresses),
    ['governor', powers.governor],
  ]
  const grants = await Promise.all([
    missingAppointment(reader, addresses, powers.logKeeper),
    ...DUTIES.map(duty => missingDuty(reader, addresses, duty)),
    ...members.map(([role, account]) => missingGrant(reader, addresses, role, account)),
    missingRenunciation(reader, addresses, powers),
  ])
  return grants.flat()
}

/** Which of our own contracts have which role: nobody else ever should. */
function contractRoles(addresses: Addresses): readonly (readonly [Role, string])[] {
  return [
    ['taskOpener', addresses.ResponsePlans],
    ['holder', addresses.Batches],
    ['holder', addresses.Demands],
    ['holder', addresses.Penalties],
    ['judge', addresses.Demands],
    ['judge', addresses.TaskDisputes],
    ['judge', addresses.PaymentDisputes],
  ]
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

/** What a contract lets a role call. What nobody is named for, only the governor may. */
interface Duty {
  contract: ContractName
  role: Role
  calls: readonly string[]
}

const DUTIES: readonly Duty[] = [
  { contract: 'Escrow', role: 'taskOpener', calls: ['reserveFor', 'release'] },
  { contract: 'Escrow', role: 'holder', calls: ['hold', 'unhold', 'conclude'] },
  { contract: 'Escrow', role: 'guardian', calls: ['pause'] },
  { contract: 'Penalties', role: 'holder', calls: ['impose'] },
  { contract: 'Penalties', role: 'arbiter', calls: ['uphold', 'drop'] },
  { contract: 'Batches', role: 'settler', calls: ['post'] },
  { contract: 'Batches', role: 'judge', calls: ['condemn', 'await', 'resume'] },
  { contract: 'Batches', role: 'guardian', calls: ['pause'] },
  { contract: 'ForeignChains', role: 'guardian', calls: ['halt'] },
  { contract: 'Domains', role: 'attestor', calls: ['attestCredential', 'revokeCredential'] },
  { contract: 'RiskPolicy', role: 'compliance', calls: ['setStanding', 'setMode', 'setLimit', 'setSubjectLimit'] },
]

async function missingDuty(reader: Reader, addresses: Addresses, { contract, role, calls }: Duty): Promise<Hex[]> {
  const target = addresses[contract] as Hex
  const abi = new Interface(ABIS[contract] as InterfaceAbi)
  const selectors = calls.map(call => abi.getFunction(call)!.selector as Hex)
  if (reader !== 'empty') {
    const { AccessManager: manager } = addresses
    const roles = await Promise.all(
      selectors.map(selector =>
        callContract(reader, manager, ABIS.AccessManager, 'getTargetFunctionRole', [target, selector]),
      ),
    )
    if (roles.every(found => found === ROLES[role])) return []
  }
  return [encodeCall(ABIS.AccessManager, 'setTargetFunctionRole', [target, selectors, ROLES[role]])]
}

async function missingRenunciation(reader: Reader, addresses: Addresses, powers: Powers): Promise<Hex[]> {
  const { founder, governor } = powers
  if (founder === governor) return []
  if (reader !== 'empty' && !(await holds(reader, addresses, 'governor', founder))) return []
  return [encodeCall(ABIS.AccessManager, 'renounceRole', [ROLES.governor, founder as Hex])]
}
