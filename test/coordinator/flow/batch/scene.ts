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
import type { Random } from '../../../harness/seeded.ts'

/** Tasks that ended, and the chain that they are settled on. */
export interface Scene {
  readonly settled: readonly SettledTask[]
  readonly setting: Setting
  readonly facts: ChainFacts
}

const domain = signingDomain(31_337, `0x${'c0'.repeat(20)}`)
const token: Hex = `0x${'70'.repeat(20)}`
const agentKeys = Array.from({ length: 20 }, (_, agent) => keyOf(`agent ${agent}`))
const requesterKeys = Array.from({ length: 4 }, (_, requester) => keyOf(`requester ${requester}`))
const wallets = agentKeys.map(addressOf)
const postedAt = 1_800_000_000n
const maxFeeBps = 500n

/** @param maxTasks At least one task, at most so many. */
export function randomScene(random: Random, maxTasks: number): Scene {
  const evidence = Array.from({ length: 8 }, () => random.hex(32))
  const parent: Earning[] = Array.from({ length: random.below(10) }, () => ({ cumulative: random.bits(60), last: 0n }))
  const settled = Array.from({ length: 1 + random.below(maxTasks) }, () => randomTask(random, evidence))
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

function randomTask(random: Random, evidence: readonly Hex[]): SettledTask {
  const key = random.pick(requesterKeys)
  const agents = randomAgents(random)
  const values = randomValues(random, agents.length)
  const pool = values.at(-1) === 0n ? 0n : random.bits(random.pick([0, 3, 30, 30, 127]))
  const fee = (pool * BigInt(random.below(Number(maxFeeBps)))) / 10_000n
  const order: LineOrder = {
    requester: addressOf(key),
    domainId: random.hex(32),
    specHash: random.hex(32),
    inputHash: random.hex(32),
    policyHash: random.hex(32),
    token,
    budget: pool + fee + random.bits(random.pick([0, 20])),
    deadline: postedAt + BigInt(random.below(10_000)) - 3600n,
    nonce: random.bits(256),
  }
  const taskId = taskIdOf(domain, order)
  const faulty = random.percent(40) ? randomAgents(random).slice(0, 2) : []
  return {
    order,
    signature: sign(taskId, key),
    pool,
    fee,
    receipts: agents.map(agent => receiptOf(random, taskId, agent)),
    values,
    penalties: faulty.map(agent => penaltyOf(random, taskId, agent, evidence)),
    evidence: random.hex(32),
  }
}

/** Now and then nobody, mostly few, rarely more: 2^n values must be hashed for n. */
function randomAgents(random: Random): number[] {
  const count = random.pick([0, 1, 1, 2, 2, 3, 3, 4, 5, 6])
  const drawn = Array.from({ length: count }, () => random.below(agentKeys.length))
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

function receiptOf(random: Random, taskId: Hex, agent: number): PaidReceipt {
  const signed = {
    agentId: BigInt(agent),
    subtask: random.hex(32),
    attempt: 1 + random.below(3),
    inputHash: random.hex(32),
    outputHash: random.hex(32),
    startedAtMs: random.bits(41),
    finishedAtMs: random.bits(41),
  }
  const signature = sign(digestReceipt(domain, taskId, signed), agentKeys[agent]!)
  return { ...signed, wallet: wallets[agent]!, signature }
}

function penaltyOf(random: Random, taskId: Hex, agent: number, evidence: readonly Hex[]): DuePenalty {
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
    wallet: wallets[agent]!,
    signature: sign(digestCommit(domain, taskId, signed), agentKeys[agent]!),
  }
}

function sign(digest: Hex, key: Hex): Signature {
  const signature = signDigest(digest, key)
  return {
    r: `0x${signature.slice(2, 66)}`,
    s: `0x${signature.slice(66, 130)}`,
    v: Number.parseInt(signature.slice(130), 16),
  }
}

function keyOf(name: string): Hex {
  return keccak256(Buffer.from(name))
}
