import { toBeHex, type Wallet, ZeroHash } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { ROLES } from '../../contracts/roles.ts'
import { sendAll } from '../../contracts/send-all.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'

/** One call that governance makes. */
export interface Action {
  what: string
  to: Hex
  data: Hex
}

/** Where governance is, by address. */
export interface Offices {
  AccessManager: Hex
  TimelockController: Hex
}

/** How far an action is: `scheduled` now, `waiting` since before, or `executed` now. */
export type Progress =
  | { step: 'scheduled' | 'waiting'; operation: Hex; executableAt: Date }
  | { step: 'executed'; operation: Hex | null }

const GAS = 1_000_000n
/** OpenZeppelin's `TimelockController.OperationState`. */
const [UNSET, WAITING, , DONE] = [0, 1, 2, 3]

/**
 * Takes an action one step further. Who governs directly makes the call at once. Where a timelock governs, the first call
 * schedules and a later one, when the delay is over, executes; it finds by the action itself what was scheduled.
 *
 * @throws EntenteError UNAUTHORIZED when the key may neither govern nor propose; TRANSACTION_FAILED
 */
export async function advance(governor: Wallet, offices: Offices, action: Action): Promise<Progress> {
  if (await governsDirectly(governor, offices)) {
    await send(governor, action)
    return { step: 'executed', operation: null }
  }
  await requireProposer(governor, offices)
  return advanceByTimelock(governor, offices.TimelockController, action)
}

export async function governsDirectly(governor: Wallet, { AccessManager: manager }: Offices): Promise<boolean> {
  const args = [ROLES.governor, governor.address as Hex] as const
  const [governs] = await callContract(governor.provider!, manager, ABIS.AccessManager, 'hasRole', args)
  return governs
}

async function requireProposer(governor: Wallet, { TimelockController: timelock }: Offices): Promise<void> {
  const provider = governor.provider!
  const role = await callContract(provider, timelock, ABIS.TimelockController, 'PROPOSER_ROLE', [])
  const args = [role, governor.address as Hex] as const
  if (await callContract(provider, timelock, ABIS.TimelockController, 'hasRole', args)) return
  throw new EntenteError('UNAUTHORIZED', `${governor.address} neither governs nor proposes to the timelock ${timelock}`)
}

async function advanceByTimelock(governor: Wallet, timelock: Hex, action: Action): Promise<Progress> {
  const provider = governor.provider!
  const { salt, operation, state } = await openOperation(governor, timelock, action)
  const args = [action.to, 0n, action.data, ZeroHash as Hex, salt] as const
  if (state === UNSET) {
    const delay = await callContract(provider, timelock, ABIS.TimelockController, 'getMinDelay', [])
    const data = encodeCall(ABIS.TimelockController, 'schedule', [...args, delay])
    await send(governor, { what: `schedule: ${action.what}`, to: timelock, data })
    return { step: 'scheduled', operation, executableAt: await executableAt(governor, timelock, operation) }
  }
  if (state === WAITING) {
    return { step: 'waiting', operation, executableAt: await executableAt(governor, timelock, operation) }
  }
  const data = encodeCall(ABIS.TimelockController, 'execute', args)
  await send(governor, { what: action.what, to: timelock, data })
  return { step: 'executed', operation }
}

async function send(governor: Wallet, action: Action): Promise<void> {
  try {
    await sendAll(governor, [{ ...action, gasLimit: GAS }])
  } catch (cause) {
    const { message, cause: inner } = cause as Error
    const why = inner instanceof Error ? `: ${inner.message.split(' (', 1)[0]}` : ''
    throw new EntenteError('TRANSACTION_FAILED', `${message}${why}`, { cause })
  }
}

/** The same action may be done many times in a contract's life: each has the first number that is not done. */
async function openOperation(governor: Wallet, timelock: Hex, { to, data }: Action) {
  const abi = ABIS.TimelockController
  for (let number = 0n; ; number++) {
    const salt = toBeHex(number, 32) as Hex
    const args = [to, 0n, data, ZeroHash as Hex, salt] as const
    const operation = await callContract(governor.provider!, timelock, abi, 'hashOperation', args)
    const state = await callContract(governor.provider!, timelock, abi, 'getOperationState', [operation])
    if (state !== DONE) return { salt, operation, state }
  }
}

async function executableAt(governor: Wallet, timelock: Hex, operation: Hex): Promise<Date> {
  const seconds = await callContract(governor.provider!, timelock, ABIS.TimelockController, 'getTimestamp', [operation])
  return new Date(Number(seconds) * 1_000)
}
