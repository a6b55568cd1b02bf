import type { Batch, Earning, LineOrder } from '../../protocol/batch.ts'
import { fitsLine, taskIdOf } from '../../protocol/batch-lines.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Ledger } from '../flow/batch/batch-ledger.ts'
import type { ChainFacts } from '../flow/batch/chain-facts.ts'
import type { ChainReader } from './chain-reader.ts'

/** What the escrow fixes for all batches. */
export type Rules = Pick<ChainFacts, 'domain' | 'token' | 'maxFeeBps' | 'graceSeconds'> & {
  readonly noticeSeconds: bigint
}

export async function readRules({ read }: ChainReader, domain: SigningDomain): Promise<Rules> {
  const [token, maxFeeBps, graceSeconds, noticeSeconds] = await Promise.all([
    read('Escrow', 'token', []),
    read('Escrow', 'maxFeeBps', []),
    read('Escrow', 'graceSeconds', []),
    read('Escrow', 'noticeSeconds', []),
  ])
  return {
    domain,
    token: token.toLowerCase() as Address,
    maxFeeBps: BigInt(maxFeeBps),
    graceSeconds,
    noticeSeconds,
  }
}

export interface Around {
  readonly postedAt: bigint
  readonly parent: readonly Earning[]
  isSettled(taskId: Hex): boolean
  evidenceAt(index: bigint): Hex | null
}

/** Asks the chain all that an audit of these lines needs to know. Orders and wallets are each asked of once. */
export async function readFacts(
  reader: ChainReader,
  rules: Rules,
  ledger: Ledger,
  around: Around,
): Promise<ChainFacts> {
  const { domain, noticeSeconds } = rules
  const readable = ledger.tasks.filter(line => fitsLine('TaskLine', line))
  const spent = new Map<Hex, boolean>()
  const speakers = new Map<string, boolean>()
  await Promise.all([
    ...readable.map(async ({ order }) => {
      const taskId = taskIdOf(domain, order)
      spent.set(taskId, await isSpent(reader, order, taskId, around.postedAt, noticeSeconds))
    }),
    ...[...ledger.payments, ...ledger.penalties].map(async ({ agentId, wallet }) => {
      const key = speakerKey(agentId, wallet)
      if (speakers.has(key)) return
      speakers.set(key, false)
      speakers.set(key, (await reader.read('Domains', 'walletSince', [agentId, wallet])) !== 0n)
    }),
  ])
  return {
    ...rules,
    ...around,
    isSpent: (_, taskId) => spent.get(taskId) ?? false,
    spokeFor: (agentId, wallet) => speakers.get(speakerKey(agentId, wallet)) ?? false,
  }
}

const speakerKey = (agentId: bigint, wallet: Address) => `${agentId}/${wallet}`

/** As `_orderWrong` of TaskDisputes.sol has it: what was void, or reserved with notice, when the batch was posted. */
async function isSpent(
  { read }: ChainReader,
  { requester, nonce }: LineOrder,
  taskId: Hex,
  postedAt: bigint,
  noticeSeconds: bigint,
): Promise<boolean> {
  const [voidFrom, { fundedAt }] = await Promise.all([
    read('Escrow', 'voidFrom', [requester, nonce]),
    read('Escrow', 'taskOf', [taskId]),
  ])
  if (voidFrom !== 0n && voidFrom <= postedAt) return true
  return BigInt(fundedAt) !== 0n && BigInt(fundedAt) + noticeSeconds <= postedAt
}

/** The size of the evidence log that a batch names, if it is anchored under this root. */
export async function readAnchoredRoot({ read }: ChainReader, { evidenceSize }: Batch): Promise<Hex> {
  return read('EvidenceLog', 'rootAt', [evidenceSize])
}
