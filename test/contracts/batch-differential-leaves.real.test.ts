import type { AbiParameter } from 'abitype'
import { TypedDataEncoder } from 'ethers'
import { describe, expect, it } from 'vitest'
import { encodeCall, type Hex } from '../../contracts/bindings.ts'
import { coalitionsOf } from '../../coordinator/flow/batch/audit-line.ts'
import { type Ledger, treeOfNumbers, treesOf } from '../../coordinator/flow/batch/batch-ledger.ts'
import { traceOf } from '../../coordinator/flow/batch/shapley-steps.ts'
import { digestCommit, digestReceipt, hashLine } from '../../protocol/batch-lines.ts'
import { keccak256 } from '../../protocol/hash.ts'
import type { MerkleTree } from '../../protocol/merkle.ts'
import type { Random } from '../harness/seeded.ts'
import { encodeHarnessCall } from './call-harness.ts'
import { rulesHarnessAbi as abi } from './generated/rules-harness.ts'
import { components, maybeMutate } from './odd-lines.ts'
import { type Built, CASES, inCalls, withRules } from './with-rules.ts'

/* Lines are hashed and opened in Solidity and in TypeScript. Here both do it for the same lines, right ones and odd ones. */

const rules = withRules()

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
  return rules.draw(seed, make, CASES / 4)
}

describe('leaves', () => {
  it('of tasks are the same', async () => {
    const lines = drawLines('task leaves', components.task, ({ tasks }) => tasks)
    const hashes = await inCalls(lines, some => rules.call('hashTasks', [some]))
    expect(lines.map(line => hashLine('TaskLine', line))).toEqual(hashes)
    const sizes = await inCalls(lines, some => rules.call('coalitionsOf', [some]))
    expect(lines.map(line => BigInt(coalitionsOf(line)))).toEqual(sizes)
  })

  it('of payments are the same, and what their receipts sign', async () => {
    const lines = drawLines('payment leaves', components.payment, ({ payments }) => payments)
    const hashes = await inCalls(lines, some => rules.call('hashPayments', [some]))
    expect(lines.map(line => hashLine('PaymentLine', line))).toEqual(hashes)
    const receipts = await inCalls(lines, some => rules.call('hashReceipts', [taskId, some]))
    expect(lines.map(line => digestReceipt(domain(), taskId, line))).toEqual(receipts.map(digestOf))
  })

  it('of penalties are the same, and what their commitments sign', async () => {
    const lines = drawLines('penalty leaves', components.penalty, ({ penalties }) => penalties)
    const hashes = await inCalls(lines, some => rules.call('hashPenalties', [some]))
    expect(lines.map(line => hashLine('PenaltyLine', line))).toEqual(hashes)
    const commits = await inCalls(lines, some => rules.call('hashCommits', [taskId, some]))
    expect(lines.map(line => digestCommit(domain(), taskId, line))).toEqual(commits.map(digestOf))
  })

  it('of earnings are the same', async () => {
    const lines = drawLines('earning leaves', components.earning, ({ earnings }) => earnings)
    const hashes = await inCalls(lines, some => rules.call('hashEarnings', [some]))
    expect(lines.map(line => hashLine('Earning', line))).toEqual(hashes)
  })

  const taskId: Hex = `0x${'7a'.repeat(32)}`
  const domain = () => rules.pool[0]!.scene.facts.domain
  const digestOf = (structHash: Hex): Hex =>
    keccak256(Buffer.from(`1901${TypedDataEncoder.hashDomain(domain()).slice(2)}${structHash.slice(2)}`, 'hex'))
})

describe('a built batch', () => {
  it('is encoded for its call as ethers does', () => {
    const { ledger, batch } = rules.pool.find(({ ledger: { penalties } }) => penalties.length > 2)!
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
    for (const { ledger, batch } of rules.pool) {
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
      await rules.call('checkLines', lines)
    }
  })

  it('opens at every value of a coalition, and every running sum', async () => {
    for (const { ledger } of rules.pool.slice(0, 20)) {
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
    await rules.call('checkNumbers', [tree, root, open])
  }
})
