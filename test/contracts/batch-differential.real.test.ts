import type { AbiParameter } from 'abitype'
import { ContractFactory, TypedDataEncoder } from 'ethers'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeCall, type Hex } from '../../contracts/bindings.ts'
import {
  coalitionsOf,
  earnedWrong,
  exceedsBudget,
  isInGroup,
  splitWrong,
  totalsWrong,
} from '../../coordinator/flow/batch/audit-line.ts'
import { headerOf, type Ledger, treeOfNumbers, treesOf } from '../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger } from '../../coordinator/flow/batch/build-batch.ts'
import { coalitionAt, coalitionValues, follows, traceOf, weightOf } from '../../coordinator/flow/batch/shapley-steps.ts'
import type { Batch, PaymentLine, TaskLine } from '../../protocol/batch.ts'
import { digestCommit, digestReceipt, hashLine } from '../../protocol/batch-lines.ts'
import { keccak256 } from '../../protocol/hash.ts'
import type { MerkleTree } from '../../protocol/merkle.ts'
import { randomScene, type Scene } from '../coordinator/flow/batch/scene.ts'
import { type Random, seeded } from '../harness/seeded.ts'
import { callHarness, encodeHarnessCall } from './call-harness.ts'
import { rulesHarnessAbi as abi, rulesHarnessBytecode } from './generated/rules-harness.ts'
import { mutate, otherNumber } from './mutate.ts'
import { withChain } from './with-chain.ts'

/*
 * The rules of batches are written twice, in Solidity and in TypeScript. Here both answer for the same lines: right ones,
 * and ones in which a few fields are anything at all. A call that reverts fails the test too: a line of which a contract's
 * rule does not answer could be too wrong to be shown wrong.
 */

/** For each rule, and for the leaves of all kinds of lines together. */
const CASES = 10_000
/** As many as a call carries in well under a second. */
const PER_CALL = 250
const LEAST_SEEN = 200

interface Built {
  readonly scene: Scene
  readonly ledger: Ledger
  readonly batch: Batch
}

const chain = withChain('--no-request-size-limit')
let harness = ''
let pool: Built[] = []

beforeAll(async () => {
  const deployed = await new ContractFactory(abi, rulesHarnessBytecode, await chain.rich()).deploy()
  await deployed.waitForDeployment()
  harness = await deployed.getAddress()
  const random = seeded('built batches')
  pool = Array.from({ length: 150 }, () => {
    const scene = randomScene(random, 6)
    const ledger = buildLedger(scene.settled, scene.facts.parent)
    return { scene, ledger, batch: headerOf(ledger, scene.setting) }
  })
})

/** Of a struct that a function of the harness takes an array of. */
function componentsOf(name: string): readonly AbiParameter[] {
  const input = abi.find(item => item.type === 'function' && item.name === name)!.inputs.at(-1)!
  return (input as { components: readonly AbiParameter[] }).components
}

const components = {
  task: componentsOf('hashTasks'),
  payment: componentsOf('hashPayments'),
  penalty: componentsOf('hashPenalties'),
  earning: componentsOf('hashEarnings'),
}

/** Left right, or one to three fields of it changed. */
function maybeMutate<T extends object>(random: Random, fields: readonly AbiParameter[], line: T): T {
  let mutated = line
  for (let left = random.pick([0, 1, 1, 1, 2, 3]); left > 0; left--) mutated = mutate(random, fields, mutated)
  return mutated
}

async function inCalls<Case, Answer>(
  cases: readonly Case[],
  call: (some: readonly Case[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < cases.length; from += PER_CALL) {
    answers.push(...(await call(cases.slice(from, from + PER_CALL))))
  }
  expect(answers).toHaveLength(cases.length)
  return answers
}

/** Draws from built batches until there are enough; a draw is undefined where a batch does not have such a line. */
function draw<Case>(seed: string, make: (random: Random, built: Built) => Case | undefined, count = CASES): Case[] {
  const random = seeded(seed)
  const cases: Case[] = []
  while (cases.length < count) {
    const made = make(random, random.pick(pool))
    if (made !== undefined) cases.push(made)
  }
  return cases
}

/** Lines of one of the four kinds, some of them with odd fields. */
function drawLines<Line extends object>(
  seed: string,
  fields: readonly AbiParameter[],
  linesOf: (ledger: Ledger) => readonly Line[],
): Line[] {
  const make = (random: Random, { ledger }: Built) => {
    const lines = linesOf(ledger)
    return lines.length > 0 ? maybeMutate(random, fields, random.pick(lines)) : undefined
  }
  return draw(seed, make, CASES / 4)
}

function expectBothSeen(what: string, verdicts: readonly boolean[]): void {
  const yes = verdicts.filter(Boolean).length
  expect(yes, `${what}: true`).toBeGreaterThanOrEqual(LEAST_SEEN)
  expect(verdicts.length - yes, `${what}: false`).toBeGreaterThanOrEqual(LEAST_SEEN)
}

function paymentsOf(ledger: Ledger, { firstPayment, endPayment }: TaskLine): readonly PaymentLine[] {
  return ledger.payments.slice(Number(firstPayment), Number(endPayment))
}

describe('leaves', () => {
  it('of tasks are the same', async () => {
    const lines = drawLines('task leaves', components.task, ({ tasks }) => tasks)
    const hashes = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashTasks', [some]))
    expect(lines.map(line => hashLine('TaskLine', line))).toEqual(hashes)
    const sizes = await inCalls(lines, some => callHarness(chain.provider, harness, 'coalitionsOf', [some]))
    expect(lines.map(line => BigInt(coalitionsOf(line)))).toEqual(sizes)
  })

  it('of payments are the same, and what their receipts sign', async () => {
    const lines = drawLines('payment leaves', components.payment, ({ payments }) => payments)
    const hashes = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashPayments', [some]))
    expect(lines.map(line => hashLine('PaymentLine', line))).toEqual(hashes)
    const receipts = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashReceipts', [taskId, some]))
    expect(lines.map(line => digestReceipt(domain(), taskId, line))).toEqual(receipts.map(digestOf))
  })

  it('of penalties are the same, and what their commitments sign', async () => {
    const lines = drawLines('penalty leaves', components.penalty, ({ penalties }) => penalties)
    const hashes = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashPenalties', [some]))
    expect(lines.map(line => hashLine('PenaltyLine', line))).toEqual(hashes)
    const commits = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashCommits', [taskId, some]))
    expect(lines.map(line => digestCommit(domain(), taskId, line))).toEqual(commits.map(digestOf))
  })

  it('of earnings are the same', async () => {
    const lines = drawLines('earning leaves', components.earning, ({ earnings }) => earnings)
    const hashes = await inCalls(lines, some => callHarness(chain.provider, harness, 'hashEarnings', [some]))
    expect(lines.map(line => hashLine('Earning', line))).toEqual(hashes)
  })

  const taskId: Hex = `0x${'7a'.repeat(32)}`
  const domain = () => pool[0]!.scene.facts.domain
  const digestOf = (structHash: Hex): Hex =>
    keccak256(Buffer.from(`1901${TypedDataEncoder.hashDomain(domain()).slice(2)}${structHash.slice(2)}`, 'hex'))
})

describe('a built batch', () => {
  it('is encoded for its call as ethers does', () => {
    const { ledger, batch } = pool.find(({ ledger: { penalties } }) => penalties.length > 2)!
    const [path, index] = [[batch.data, batch.tasks], 7n]
    const args = [
      batch,
      ledger.tasks.map(line => ({ line, index, path })),
      ledger.payments.map(line => ({ line, index, path })),
      ledger.penalties.map(line => ({ line, index, path })),
      ledger.earnings.map(line => ({ line, path })),
    ] as const
    expect(encodeHarnessCall('checkLines', args)).toBe(encodeCall(abi, 'checkLines', args))
  })

  it('opens at every line', async () => {
    for (const { ledger, batch } of pool) {
      const trees = treesOf(ledger)
      const open = <Line>(lines: readonly Line[], tree: MerkleTree) =>
        lines.map((line, index) => ({ line, index: BigInt(index), path: tree.inclusion(index) }))
      const lines = [
        batch,
        open(ledger.tasks, trees.tasks),
        open(ledger.payments, trees.payments),
        open(ledger.penalties, trees.penalties),
        open(ledger.earnings, trees.earnings),
      ] as const
      await callHarness(chain.provider, harness, 'checkLines', lines)
    }
  })

  it('opens at every value of a coalition, and every running sum', async () => {
    for (const { ledger } of pool.slice(0, 20)) {
      for (const [index, { coalitions }] of ledger.tasks.entries())
        await checkNumbers(4, coalitions, ledger.values[index]!)
      for (const [index, { trace, task }] of ledger.payments.entries()) {
        const player = index - Number(ledger.tasks[Number(task)]!.firstPayment)
        await checkNumbers(5, trace, traceOf(ledger.values[Number(task)]!, player))
      }
    }
  })

  async function checkNumbers(tree: number, root: Hex, numbers: readonly bigint[]): Promise<void> {
    const made = treeOfNumbers(numbers)
    const open = numbers.map((value, index) => ({ value, path: made.inclusion(index) }))
    await callHarness(chain.provider, harness, 'checkNumbers', [tree, root, open])
  }
})

describe('verdicts', () => {
  it('on budgets are the same', async () => {
    const cases = draw('budgets', (random, { ledger, scene }) => {
      const line = maybeMutate(random, components.task, random.pick(ledger.tasks))
      const odd = { ...line, ...(random.percent(30) && { fee: otherNumber(random, line.fee) }) }
      return { line: odd, maxFeeBps: random.percent(70) ? scene.facts.maxFeeBps : BigInt(random.below(10_001)) }
    })
    const verdicts = await inCalls(cases, some => callHarness(chain.provider, harness, 'exceedsBudget', [some]))
    expect(cases.map(({ line, maxFeeBps }) => exceedsBudget(line, maxFeeBps))).toEqual(verdicts)
    expectBothSeen('exceedsBudget', verdicts)
  })

  it('on running totals are the same, and right lines are right', async () => {
    const cases = draw('totals', (random, { ledger, batch }) => {
      const place = random.below(ledger.tasks.length)
      const right = {
        batch,
        before: ledger.tasks[place - 1] ?? ledger.tasks[place]!,
        line: ledger.tasks[place]!,
        index: BigInt(place),
        group: BigInt(batch.debits.findIndex((_, group) => isInGroup(batch, BigInt(place), group))),
      }
      if (random.percent(30)) return { ...right, isRight: true }
      return { ...mutateTotals(random, right), isRight: false }
    })
    const verdicts = await inCalls(cases, some => callHarness(chain.provider, harness, 'totalsWrong', [some]))
    const ours = cases.map(({ batch, before, line, index, group }) => {
      const inGroup = isInGroup(batch, index, Number(group))
      return { isInGroup: inGroup, isWrong: inGroup && totalsWrong(batch, before, line, index, Number(group)) }
    })
    expect(ours).toEqual(verdicts)
    expect(verdicts.filter(({ isWrong }, place) => isWrong && cases[place]!.isRight)).toEqual([])
    expectBothSeen(
      'isInGroup',
      verdicts.map(each => each.isInGroup),
    )
    expectBothSeen(
      'totalsWrong',
      verdicts.filter(each => each.isInGroup).map(each => each.isWrong),
    )
  })

  it('on splits are the same, and right lines are right', async () => {
    const cases = draw('splits', (random, { ledger }) => {
      const place = random.below(ledger.tasks.length)
      const line = ledger.tasks[place]!
      const right = { line, index: BigInt(place), payments: paymentsOf(ledger, line) }
      if (random.percent(30)) return { ...right, isRight: true }
      return { ...mutateSplit(random, right), isRight: false }
    })
    const verdicts = await inCalls(cases, some => {
      const open = (line: PaymentLine) => ({ line, index: 0n, path: [] })
      const opened = some.map(each => ({ ...each, payments: each.payments.map(open) }))
      return callHarness(chain.provider, harness, 'splitWrong', [opened])
    })
    expect(cases.map(({ line, index, payments }) => splitWrong(line, index, payments))).toEqual(verdicts)
    expect(verdicts.filter((isWrong, place) => isWrong && cases[place]!.isRight)).toEqual([])
    expectBothSeen('splitWrong', verdicts)
  })

  it('on what was earned are the same, and right lines are right', async () => {
    const cases = draw('earned', (random, { ledger, scene }) => {
      if (ledger.payments.length === 0) return undefined
      const line = random.pick(ledger.payments)
      const before =
        line.previous > 0n
          ? ledger.payments[Number(line.previous) - 1]!.earned
          : (scene.facts.parent[Number(line.agentId)]?.cumulative ?? 0n)
      if (random.percent(30)) return { line, before, isRight: true }
      const odd = random.percent(50) ? otherNumber(random, before) : before
      // What a sum beyond a word's end would wrap to.
      const earned = random.percent(50) ? BigInt.asUintN(256, odd + line.amount) : line.earned
      return { line: maybeMutate(random, components.payment, { ...line, earned }), before: odd, isRight: false }
    })
    const verdicts = await inCalls(cases, some => callHarness(chain.provider, harness, 'earnedWrong', [some]))
    expect(cases.map(({ line, before }) => earnedWrong(line, before))).toEqual(verdicts)
    expect(verdicts.filter((isWrong, place) => isWrong && cases[place]!.isRight)).toEqual([])
    expectBothSeen('earnedWrong', verdicts)
  })

  it('on steps of Shapley values are the same, and right steps are right', async () => {
    const games = seeded('games')
    const made = Array.from({ length: 60 }, () => {
      const players = 1 + games.below(8)
      const values = coalitionValues(players, () => games.bits(games.pick([8, 64, 128])))
      return { players, values, traces: Array.from({ length: players }, (_, player) => traceOf(values, player)) }
    })
    const cases = draw('steps', random => {
      const { players, values, traces } = random.pick(made)
      const player = random.below(players)
      const step = random.below(values.length / 2)
      const mask = coalitionAt(step, player)
      const numbers = {
        before: traces[player]![step - 1] ?? 0n,
        sum: traces[player]![step]!,
        without: values[mask]!,
        with_: values[mask | (1 << player)]!,
      }
      const place = { step: BigInt(step), player: BigInt(player), players: BigInt(players) }
      if (random.percent(40)) return { ...place, ...numbers, isRight: true }
      const field = random.pick(['before', 'sum', 'without', 'with_'] as const)
      const odd = { ...numbers, [field]: otherNumber(random, numbers[field]) }
      // Adds up, but perhaps with a value that no coalition may have.
      const weight = weightOf(mask, players)
      const sum = BigInt.asUintN(256, odd.before + weight * (odd.with_ - odd.without))
      return { ...place, ...odd, ...(random.percent(50) && { sum }), isRight: false }
    })
    const verdicts = await inCalls(cases, some => callHarness(chain.provider, harness, 'follows', [some]))
    const ours = cases.map(({ step, player, players, before, sum, without, with_ }) => {
      const mask = coalitionAt(Number(step), Number(player))
      const weight = weightOf(mask, Number(players))
      return { mask: BigInt(mask), weight, follows: follows({ before, sum, without, with: with_ }, weight) }
    })
    expect(ours).toEqual(verdicts)
    expect(verdicts.filter((verdict, place) => !verdict.follows && cases[place]!.isRight)).toEqual([])
    expectBothSeen(
      'follows',
      verdicts.map(each => each.follows),
    )
  })

  it('weigh the coalitions of up to sixteen players alike', async () => {
    const cases = Array.from({ length: 16 }, (_, least) => least + 1).flatMap(players =>
      Array.from({ length: 20 }, (_, draw) => {
        const random = seeded(`${players}/${draw}`)
        const place = { step: BigInt(random.below(2 ** (players - 1))), player: BigInt(random.below(players)) }
        return { ...place, players: BigInt(players), before: 0n, sum: 0n, without: 0n, with_: 0n }
      }),
    )
    const verdicts = await inCalls(cases, some => callHarness(chain.provider, harness, 'follows', [some]))
    const ours = cases.map(({ step, player, players }) => {
      const mask = coalitionAt(Number(step), Number(player))
      return { mask: BigInt(mask), weight: weightOf(mask, Number(players)), follows: true }
    })
    expect(ours).toEqual(verdicts)
  })
})

interface Totals {
  readonly batch: Batch
  readonly before: TaskLine
  readonly line: TaskLine
  readonly index: bigint
  readonly group: bigint
}

/** Changes what the rule reads more often than the rest of a line. */
function mutateTotals(random: Random, right: Totals): Totals {
  const { batch, before, line, index, group } = right
  switch (random.below(6)) {
    case 0:
      return { ...right, before: maybeMutate(random, components.task, before) }
    case 1:
      return { ...right, line: maybeMutate(random, components.task, line) }
    case 2:
      return { ...right, group: group + BigInt(random.pick([-1, 1, 1, 300])) < 0n ? group : group + 1n }
    case 3:
      return { ...right, index: otherNumber(random, index) }
    case 4: {
      const field = random.pick(['taskCount', 'paymentCount', 'penaltyCount', 'fees'] as const)
      return { ...right, batch: { ...batch, [field]: otherNumber(random, batch[field], field === 'fees' ? 256 : 64) } }
    }
    default: {
      // Beyond a word's end, totals must not begin anew.
      const debited = otherNumber(random, before.debited)
      const cost = { pool: otherNumber(random, line.pool), fee: line.fee }
      const sum = BigInt.asUintN(256, debited + cost.pool + cost.fee)
      return { ...right, before: { ...before, debited }, line: { ...line, ...cost, debited: sum } }
    }
  }
}

interface Split {
  readonly line: TaskLine
  readonly index: bigint
  readonly payments: readonly PaymentLine[]
}

function mutateSplit(random: Random, right: Split): Split {
  const { line, index, payments } = right
  const replace = (place: number, change: Partial<PaymentLine>) => ({
    ...right,
    payments: payments.with(place, { ...payments[place]!, ...change }),
  })
  if (payments.length === 0) return { ...right, line: { ...line, pool: otherNumber(random, line.pool) } }
  const place = random.below(payments.length)
  const payment = payments[place]!
  switch (random.below(6)) {
    case 0:
      return { ...right, line: maybeMutate(random, components.task, line) }
    case 1:
      return { ...right, payments: payments.with(place, maybeMutate(random, components.payment, payment)) }
    case 2:
      return replace(place, { share: otherNumber(random, payment.share) })
    case 3: {
      if (payment.amount === 0n) return replace(place, { amount: 1n })
      // A unit from one to another: the sum stays.
      const other = random.below(payments.length)
      const taken = {
        ...right,
        payments: replace(place, { amount: payment.amount - 1n }).payments,
      }
      const receiver = taken.payments[other]!
      return { ...taken, payments: taken.payments.with(other, { ...receiver, amount: receiver.amount + 1n }) }
    }
    case 4: {
      const amount = otherNumber(random, payment.amount)
      const pool = BigInt.asUintN(256, line.pool + amount - payment.amount)
      return { ...right, line: { ...line, pool }, payments: replace(place, { amount }).payments }
    }
    default:
      return { ...right, index: otherNumber(random, index), payments: random.percent(50) ? payments : [] }
  }
}
