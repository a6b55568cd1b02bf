import { type Provider, toBeHex, type Wallet, ZeroHash } from 'ethers'
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

export const GOVERNANCE_GAS = 1_000_000n
/** OpenZeppelin's `TimelockController.OperationState`. */
const [UNSET, WAITING, , DONE] = [0, 1, 2, 3]

/** What is to be done next for an action: a call, or a wait. */
export type NextStep =
  | { step: 'execute' | 'schedule'; operation: Hex | null; call: Action }
  | { step: 'wait'; operation: Hex; executableAt: Date }

/**
 * Takes an action one step further. Who governs directly makes the call at once. Where a timelock governs, the first call
 * schedules and a later one, when the delay is over, executes; it finds by the action itself what was scheduled.
 *
 * @throws EntenteError UNAUTHORIZED when the key may neither govern nor propose; TRANSACTION_FAILED
 */
export async function advance(governor: Wallet, offices: Offices, action: Action): Promise<Progress> {
  const provider = governor.provider!
  const next = await nextStep(provider, governor.address as Hex, offices, action)
  if (next.step === 'wait') return { step: 'waiting', operation: next.operation, executableAt: next.executableAt }
  await send(governor, next.call)
  if (next.step === 'execute') return { step: 'executed', operation: next.operation }
  const operation = next.operation!
  return { step: 'scheduled', operation, executableAt: await executableAt(provider, offices, operation) }
}

/**
 * What an account has to do next for an action, which it sends itself.
 * @throws EntenteError UNAUTHORIZED when it may neither govern nor propose
 */
export async function nextStep(provider: Provider, by: Hex, offices: Offices, action: Action): Promise<NextStep> {
  if (await governsDirectly(provider, by, offices)) return { step: 'execute', operation: null, call: action }
  await requireProposer(provider, by, offices)
  return nextByTimelock(provider, offices, action)
}

export async function governsDirectly(
  provider: Provider,
  account: Hex,
  { AccessManager: manager }: Offices,
): Promise<boolean> {
  const args = [ROLES.governor, account] as const
  const [governs] = await callContract(provider, manager, ABIS.AccessManager, 'hasRole', args)
  return governs
}

async function requireProposer(
  provider: Provider,
  account: Hex,
  { TimelockController: timelock }: Offices,
): Promise<void> {
  const role = await callContract(provider, timelock, ABIS.TimelockController, 'PROPOSER_ROLE', [])
  if (await callContract(provider, timelock, ABIS.TimelockController, 'hasRole', [role, account])) return
  throw new EntenteError('UNAUTHORIZED', `${account} neither governs nor proposes to the timelock ${timelock}`)
}

async function nextByTimelock(provider: Provider, offices: Offices, action: Action): Promise<NextStep> {
  const timelock = offices.TimelockController
  const { salt, operation, state } = await openOperation(provider, timelock, action)
  const args = [action.to, 0n, action.data, ZeroHash as Hex, salt] as const
  if (state === UNSET) {
    const delay = await callContract(provider, timelock, ABIS.TimelockController, 'getMinDelay', [])
    const data = encodeCall(ABIS.TimelockController, 'schedule', [...args, delay])
    return { step: 'schedule', operation, call: { what: `schedule: ${action.what}`, to: timelock, data } }
  }
  if (state === WAITING) {
    return { step: 'wait', operation, executableAt: await executableAt(provider, offices, operation) }
  }
  const data = encodeCall(ABIS.TimelockController, 'execute', args)
  return { step: 'execute', operation, call: { what: action.what, to: timelock, data } }
}

async function send(governor: Wallet, action: Action): Promise<void> {
  try {
    await sendAll(governor, [{ ...action, gasLimit: GOVERNANCE_GAS }])
  } catch (cause) {
    const { message, cause: inner } = cause as Error
    const why = inner instanceof Error ? `: ${inner.message.split(' (', 1)[0]}` : ''
    throw new EntenteError('TRANSACTION_FAILED', `${message}${why}`, { cause })
  }
}

/** The same action may be done many times in a contract's life: each has the first number that is not done. */
async function openOperation(provider: Provider, timelock: Hex, { to, data }: Action) {
  const abi = ABIS.TimelockController
  for (let number = 0n; ; number++) {
    const salt = toBeHex(number, 32) as Hex
    const args = [to, 0n, data, ZeroHash as Hex, salt] as const
    const operation = await callContract(provider, timelock, abi, 'hashOperation', args)
    const state = await callContract(provider, timelock, abi, 'getOperationState', [operation])
    if (state !== DONE) return { salt, operation, state }
  }
}

async function executableAt(
  provider: Provider,
  { TimelockController: timelock }: Offices,
  operation: Hex,
): Promise<Date> {
  const seconds = await callContract(provider, timelock, ABIS.TimelockController, 'getTimestamp', [operation])
  return new Date(Number(seconds) * 1_000)
}
