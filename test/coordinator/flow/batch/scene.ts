import type { Setting } from '../../../../coordinator/flow/batch/batch-ledger.ts'
import type { DuePenalty, PaidReceipt, SettledTask } from '../../../../coordinator/flow/batch/build-batch.ts'
import type { ChainFacts } from '../../../../coordinator/flow/batch/chain-facts.ts'
import { traceOf } from '../../../../coordinator/flow/batch/shapley-steps.ts'
import { coalitionValues } from '../../../../coordinator/flow/shapley.ts'
import type { Earning, LineOrder, Signature } from '../../../../protocol/batch.ts'
import { digestCommit, digestReceipt, taskIdOf } from '../../../../protocol/batch-lines.ts'
import { signingDomain } from '../../../../protocol/documents.ts'
import { type Hex, keccak256 } from '../../../../protocol/hash.ts'
import { addressOf, signDigest } from '../../../../protocol/sign.ts'
import type { SigningDomain } from '../../../../protocol/typed-data.ts'
import type { Random } from '../../../harness/seeded.ts'

/** Tasks that ended, and the chain that they are settled on. */
export interface Scene {
  readonly settled: readonly SettledTask[]
  readonly setting: Setting
  readonly facts: ChainFacts
}

/** Who takes part in tasks, on which chain, and when. */
export interface Cast {
  readonly domain: SigningDomain
  readonly token: Hex
  /** Of agent k the k-th. */
  readonly agentKeys: readonly Hex[]
  readonly requesterKeys: readonly Hex[]
  /** Leaves of the evidence log. */
  readonly evidence: readonly Hex[]
  readonly postedAt: bigint
  /** How large pools may be, in bits. */
  readonly poolBits: readonly number[]
}

const domain = signingDomain(31_337, `0x${'c0'.repeat(20)}`)
const token: Hex = `0x${'70'.repeat(20)}`
const agentKeys = keysOf('agent', 20)
const requesterKeys = keysOf('requester', 4)
const wallets = agentKeys.map(addressOf)
const postedAt = 1_800_000_000n
const maxFeeBps = 500n

/** @param maxTasks At least one task, at most so many. */
export function randomScene(random: Random, maxTasks: number): Scene {
  const evidence = Array.from({ length: 8 }, () => random.hex(32))
  const parent: Earning[] = Array.from({ length: random.below(10) }, () => ({ cumulative: random.bits(60), last: 0n }))
  const cast = { domain, token, agentKeys, requesterKeys, evidence, postedAt, poolBits: [0, 3, 30, 30, 127] }
  const settled = Array.from({ length: 1 + random.below(maxTasks) }, () => randomTask(random, cast))
  const setting = { parent: BigInt(random.below(3)), data: random.hex(32), evidenceSize: BigInt(evidence.length) }
  const facts: ChainFacts = {
    domain,
    token,
    maxFeeBps,
    postedAt,
    graceSeconds: 3600n,
    parent,
    isSpent: () => false,
    isSettled: () => false,
    spokeFor: (agentId, wallet) => wallets[Number(agentId)] === wallet,
    evidenceAt: index => evidence[Number(index)] ?? null,
  }
  return { settled, setting, facts }
}

/** A task that ended right. @param spoil changes the order before anybody signs anything. */
export function randomTask(
  random: Random,
  cast: Cast,
  spoil: (order: LineOrder, cost: { pool: bigint; fee: bigint }) => LineOrder = order => order,
): SettledTask {
  const { postedAt, poolBits } = cast
  const key = random.pick(cast.requesterKeys)
  const agents = randomAgents(random, cast)
  const values = randomValues(random, agents.length)
  const pool = values.at(-1) === 0n ? 0n : random.bits(random.pick(poolBits))
  const fee = (pool * BigInt(random.below(Number(maxFeeBps)))) / 10_000n
  const right: LineOrder = {
    requester: addressOf(key),
    domainId: random.hex(32),
    specHash: random.hex(32),
    inputHash: random.hex(32),
    policyHash: random.hex(32),
    token: cast.token,
    budget: pool + fee + random.bits(random.pick([0, 20])),
    deadline: postedAt + BigInt(random.below(10_000)) - 3600n,
    nonce: random.bits(256),
  }
  const order = spoil(right, { pool, fee })
  const taskId = taskIdOf(cast.domain, order)
  const faulty = random.percent(40) ? randomAgents(random, cast).slice(0, 2) : []
  return {
    order,
    signature: sign(taskId, key),
    pool,
    fee,
    receipts: agents.map(agent => receiptOf(random, cast, taskId, agent)),
    values,
    penalties: faulty.map(agent => penaltyOf(random, cast, taskId, agent)),
    evidence: random.hex(32),
  }
}

/** Now and then nobody, mostly few, rarely more: 2^n values must be hashed for n. */
function randomAgents(random: Random, { agentKeys: keys }: Cast): number[] {
  const count = random.pick([0, 1, 1, 2, 2, 3, 3, 4, 5, 6])
  const drawn = Array.from({ length: count }, () => random.below(keys.length))
  return [...new Set(drawn)].sort((a, b) => a - b)
}

/**
 * Of a game without shares below zero. Half of the time any game, whose running sums may be below zero on the way; otherwise
 * one where more members are never worth less.
 */
function randomValues(random: Random, players: number): bigint[] {
  const size = random.pick([4, 20, 126])
  for (let draw = 0; draw < 4 && random.percent(60); draw++) {
    const values = coalitionValues(players, () => random.bits(size))
    const shares = Array.from({ length: players }, (_, player) => traceOf(values, player).at(-1)!)
    if (shares.every(share => share < 2n ** 255n)) return values
  }
  const weights = Array.from({ length: players }, () => random.bits(random.pick([0, size - 4])))
  return coalitionValues(players, isMember =>
    weights.filter((_, player) => isMember(player)).reduce((sum, weight) => sum + weight, 0n),
  )
}

function receiptOf(random: Random, cast: Cast, taskId: Hex, agent: number): PaidReceipt {
  const key = cast.agentKeys[agent]!
  const signed = {
    agentId: BigInt(agent),
    subtask: random.hex(32),
    attempt: 1 + random.below(3),
    inputHash: random.hex(32),
    outputHash: random.hex(32),
    startedAtMs: random.bits(41),
    finishedAtMs: random.bits(41),
  }
  const signature = sign(digestReceipt(cast.domain, taskId, signed), key)
  return { ...signed, wallet: addressOf(key), signature }
}

function penaltyOf(random: Random, cast: Cast, taskId: Hex, agent: number): DuePenalty {
  const { evidence } = cast
  const key = cast.agentKeys[agent]!
  const place = random.below(evidence.length)
  const signed = {
    agentId: BigInt(agent),
    subtask: random.hex(32),
    attempt: 1 + random.below(3),
    commitment: random.hex(32),
  }
  return {
    ...signed,
    amount: random.bits(30),
    fault: random.below(3),
    evidence: evidence[place]!,
    evidenceIndex: BigInt(place),
    wallet: addressOf(key),
    signature: sign(digestCommit(cast.domain, taskId, signed), key),
  }
}

export function sign(digest: Hex, key: Hex): Signature {
  const signature = signDigest(digest, key)
  return {
    r: `0x${signature.slice(2, 66)}`,
    s: `0x${signature.slice(66, 130)}`,
    v: Number.parseInt(signature.slice(130), 16),
  }
}

/** Keys that follow from a name alone. */
export function keysOf(name: string, count: number): Hex[] {
  return Array.from({ length: count }, (_, index) => keccak256(Buffer.from(`${name} ${index}`)))
}
