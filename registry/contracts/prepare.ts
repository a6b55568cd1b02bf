import { isCallException, type Provider } from 'ethers'
import { decodeRevert } from '../../contracts/bindings.ts'
import { createIntent } from '../../contracts/create2.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { implementationOf, officesOf, stateAction, upgradeAction } from './change-contract.ts'
import { checkLayout } from './check-layout.ts'
import { readConfigVersions } from './config-versions.ts'
import { type Action, GOVERNANCE_GAS, nextStep } from './govern.ts'
import type { Governance } from './open-governance.ts'
import { stepsBack } from './roll-back.ts'
import { setAction, withdrawAction } from './set-config.ts'

/** A transaction that nobody signed yet: an account signs and sends it, with the nonce and the fee that it likes. */
export interface Unsigned {
  chainId: number
  from: Hex
  to: Hex
  data: Hex
  value: 0n
  gas: bigint
}

/** The next step of an action of governance: a transaction to sign, or null where there is only a wait. */
export interface Prepared {
  what: string
  step: 'execute' | 'schedule' | 'wait'
  /** The timelock's, where one governs. */
  operation: Hex | null
  executableAt: Date | null
  transaction: Unsigned | null
}

export type ContractAction = 'freeze' | 'unfreeze' | 'retire' | 'deploy' | 'upgrade'
const states = { freeze: 'frozen', unfreeze: 'active', retire: 'retired' } as const

/**
 * What an account has to sign next to take a contract a step further in its life. An upgrade whose implementation is not
 * there yet begins with that; asked again it goes on.
 *
 * @throws EntenteError COMMAND_INVALID, CONTRACT_RETIRED, LAYOUT_INCOMPATIBLE, UNAUTHORIZED, TRANSACTION_FAILED
 */
export async function prepareContract(
  governance: Governance,
  by: Hex,
  { name, action }: { name: Parameters<typeof stateAction>[1]; action: ContractAction },
): Promise<Prepared[]> {
  const { provider, entries } = governance
  if (action !== 'deploy' && action !== 'upgrade') {
    return [await prepare(governance, by, stateAction(entries, name, states[action]))]
  }
  const creation = implementationOf(entries, name)
  const isThere = (await provider.getCode(creation.address)) !== '0x'
  if (action === 'deploy' && isThere) {
    throw new EntenteError(
      'COMMAND_INVALID',
      `this build's implementation of ${name} is at ${creation.address} already`,
    )
  }
  if (action === 'upgrade') await checkLayout()
  if (isThere) return [await prepare(governance, by, upgradeAction(entries, name, creation.address as Hex))]
  const intent = createIntent(creation) as { what: string; to: Hex; data: Hex; gasLimit: bigint }
  const { what, gasLimit } = intent
  return [{ ...nothingToWaitFor, what, step: 'execute', transaction: await unsigned(governance, by, intent, gasLimit) }]
}

export type ConfigAction =
  | { action: 'set'; key: string; value: bigint; effectiveAt?: number | undefined }
  | { action: 'withdraw'; key: string }
  | { action: 'rollback'; revision: number; effectiveAt?: number | undefined }

/**
 * What an account has to sign next to change the consortium's parameters. Of a rollback all that can be done now; asked
 * again when that is done, it goes on.
 *
 * @throws EntenteError COMMAND_INVALID, CHANGE_PENDING, UNAUTHORIZED, TRANSACTION_FAILED
 */
export async function prepareConfig(governance: Governance, by: Hex, change: ConfigAction): Promise<Prepared[]> {
  const { provider, entries, registry } = governance
  if (change.action === 'set') return [await prepare(governance, by, await setAction(provider, by, entries, change))]
  if (change.action === 'withdraw') {
    return [await prepare(governance, by, await withdrawAction(provider, entries, change.key))]
  }
  const config = entries.find(({ name }) => name === 'ConfigRegistry')!.address
  const versions = await readConfigVersions(provider, { registry, config })
  if (change.revision > versions.length) {
    throw new EntenteError('COMMAND_INVALID', `there is no revision ${change.revision}: the last is ${versions.length}`)
  }
  const to = { versions, version: change.revision, effectiveAt: change.effectiveAt }
  const prepared: Prepared[] = []
  const steps = stepsBack({ provider, account: by }, entries, to, action => prepare(governance, by, action))
  for await (const { taken } of steps) prepared.push(taken)
  return prepared
}

const nothingToWaitFor = { operation: null, executableAt: null }

async function prepare(governance: Governance, by: Hex, action: Action): Promise<Prepared> {
  const next = await nextStep(governance.provider, by, officesOf(governance.entries), action)
  const { step, operation } = next
  if (next.step === 'wait') {
    return { what: action.what, step: 'wait', operation, executableAt: next.executableAt, transaction: null }
  }
  const transaction = await unsigned(governance, by, next.call, GOVERNANCE_GAS)
  return { what: next.call.what, step, operation, executableAt: null, transaction }
}

/** Tried against the chain as it is now: what would be refused is not given out to be signed. */
async function unsigned(
  { provider }: { provider: Provider },
  from: Hex,
  { what, to, data }: Action,
  gas: bigint,
): Promise<Unsigned> {
  try {
    await provider.call({ from, to, data })
  } catch (cause) {
    if (!isCallException(cause)) throw cause
    const revert = cause.data === null ? null : decodeRevert(cause.data)
    throw new EntenteError('TRANSACTION_FAILED', `${what} would fail: ${revert?.name ?? cause.shortMessage}`, { cause })
  }
  return { chainId: Number((await provider.getNetwork()).chainId), from, to, data, value: 0n, gas }
}
