import { BATCH_EXECUTOR } from '../../contracts/batch-executor.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Signers } from '../keys/signer.ts'
import { NodeError, type Rpc } from '../rpc.ts'

/** Whether messages can go together here, and for whom. */
export interface LaneGround {
  /** What an account runs that has delegated; null where nobody's can: no such chain, or no such code on it. */
  readonly code: Hex | null
  /** Signers that have delegated, or can. */
  readonly signers: ReadonlySet<Address>
}

/** An account's code when it has delegated (EIP-7702). */
const DELEGATED: Hex = `0xef0100${BATCH_EXECUTOR.slice(2)}`

/** `supportsInterface(0x01ffc9a7)`: the executor's code answers it with 1, and an account without code with nothing. */
const PROBE = `0x01ffc9a701ffc9a7${'0'.repeat(56)}`

const EMPTY_OF_TYPE_4 = '0x04c0'

/** There is no code for this; the words are those of geth and Hardhat, and of others with the same sense. */
const TYPE_UNKNOWN =
  /(invalid|unknown|unsupported) (transaction|tx) type|(transaction|tx) type (is )?(not supported|unknown)/i

/** @throws NodeSilent */
export async function surveyLane(rpc: Rpc, signers: Signers): Promise<LaneGround> {
  const code = await rpc<Hex>('eth_getCode', [BATCH_EXECUTOR, 'latest'])
  if (code === '0x' || !(await hasDelegation(rpc, signers.relayer))) return { code: null, signers: new Set() }
  const able = new Set<Address>()
  for (const [address, signer] of signers.byAddress) {
    if (signer.signDelegation !== undefined || (await isDelegated(rpc, address))) able.add(address)
  }
  return { code, signers: able }
}

export async function isDelegated(rpc: Rpc, account: Address): Promise<boolean> {
  return (await rpc<Hex>('eth_getCode', [account, 'latest'])).toLowerCase() === DELEGATED
}

/** Asked by trying, because no node says which rules it follows; and one that runs such code need not take what delegates. */
export async function hasDelegation(rpc: Rpc, account: Address): Promise<boolean> {
  return (await runsDelegated(rpc, account)) && takesType4(rpc)
}

async function runsDelegated(rpc: Rpc, account: Address): Promise<boolean> {
  try {
    const call = { to: account, data: PROBE }
    return BigInt(await rpc<Hex>('eth_call', [call, 'latest', { [account]: { code: DELEGATED } }])) === 1n
  } catch (error) {
    if (error instanceof NodeError || error instanceof SyntaxError) return false
    throw error
  }
}

/** Of an empty list: who knows the type says what it lacks. */
async function takesType4(rpc: Rpc): Promise<boolean> {
  try {
    await rpc('eth_sendRawTransaction', [EMPTY_OF_TYPE_4])
    return true
  } catch (error) {
    if (error instanceof NodeError) return !TYPE_UNKNOWN.test(error.message)
    throw error
  }
}
