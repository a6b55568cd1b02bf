import { describe, expect, it } from 'vitest'
import { auditBatch } from '../../../../coordinator/flow/batch/audit-batch.ts'
import { stepWrong } from '../../../../coordinator/flow/batch/audit-line.ts'
import { headerOf, type Ledger } from '../../../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger } from '../../../../coordinator/flow/batch/build-batch.ts'
import { traceOf } from '../../../../coordinator/flow/batch/shapley-steps.ts'
import type { Batch } from '../../../../protocol/batch.ts'
import { seeded } from '../../../harness/seeded.ts'
import { randomScene, type Scene } from './scene.ts'

function built(seed: string, maxTasks = 6) {
  const scene = randomScene(seeded(seed), maxTasks)
  const ledger = buildLedger(scene.settled, scene.facts.parent)
  return { scene, ledger, batch: headerOf(ledger, scene.setting) }
}

/** A batch with all kinds of lines, several payments of one agent, and a parent. */
function full() {
  for (let n = 0; ; n++) {
    const made = built(`full ${n}`, 4)
    const { tasks, payments, penalties } = made.ledger
    const isFull =
      tasks.some(({ endPayment, firstPayment }) => endPayment - firstPayment === 3n) &&
      tasks.some(({ order }, index) => order.requester === tasks[index - 1]?.order.requester) &&
      payments.some(({ previous }) => previous > 0n) &&
      penalties.some(({ fault }) => fault === 0) &&
      penalties.some(({ fault }) => fault > 0) &&
      made.batch.debits.length > 1 &&
      made.scene.facts.parent.length > 2
    // Small, since each of its fields is tried.
    const isSmall = made.ledger.values.flat().length < 24
    if (isFull && isSmall) return made
  }
}

describe('a built batch', () => {
  it('is right', () => {
    for (let n = 0; n < 60; n++) {
      const { scene, ledger, batch } = built(`${n}`)
      expect(auditBatch(batch, ledger, scene.facts)).toEqual([])
    }
  })

  it('takes from requesters what it gives to agents and the treasury', () => {
    for (let n = 0; n < 60; n++) {
      const { scene, ledger, batch } = built(`${n}`)
      const sum = (numbers: readonly bigint[]) => numbers.reduce((a, b) => a + b, 0n)
      const earned = sum(ledger.earnings.map(({ cumulative }) => cumulative))
      const before = sum(scene.facts.parent.map(({ cumulative }) => cumulative))
      expect(sum(batch.debits.map(({ amount }) => amount))).toBe(earned - before + batch.fees)
    }
  })

  it('does not depend on the order in which requesters come', () => {
    const { scene, batch } = full()
    const mixed = [...scene.settled].sort((a, b) => b.order.requester.localeCompare(a.order.requester))
    expect(headerOf(buildLedger(mixed, scene.facts.parent), scene.setting)).toEqual(batch)
  })

  it('may settle nothing', () => {
    const { scene } = full()
    const ledger = buildLedger([], scene.facts.parent)
    expect(auditBatch(headerOf(ledger, scene.setting), ledger, scene.facts)).toEqual([])
  })

  it('is not built of what no right line can say', () => {
    const { scene } = full()
    const task = scene.settled.find(({ receipts }) => receipts.length === 3)!
    const build = (change: Partial<typeof task>) => buildLedger([{ ...task, ...change }], [])
    expect(() => build({ receipts: [...task.receipts].reverse() })).toThrow('out of order')
    expect(() => build({ values: task.values.slice(1) })).toThrow('7 values')
    expect(() => build({ values: [1n, ...task.values.slice(1)] })).toThrow('8 values')
    expect(() => build({ values: [0n, 9n, 0n, 0n, 0n, 0n, 0n, 0n] })).toThrow('below zero')
    expect(() => build({ pool: 1n, values: task.values.map(() => 0n) })).toThrow('nobody contributed')
    expect(() => build({ receipts: Array.from({ length: 17 }, () => task.receipts[0]!) })).toThrow('17 agents')
    const huge = { ...task.receipts[2]!, agentId: 2n ** 64n }
    expect(() => build({ receipts: [...task.receipts.slice(0, 2), huge] })).toThrow('no agent')
  })
})

type Path = readonly (string | number)[]

/** Where the numbers and words of a value lie in it. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, Array.isArray(value) ? +key : key]))
}

function changed(value: unknown, [key, ...rest]: Path, change: (leaf: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  const part = changed((value as Record<string | number, unknown>)[key], rest, change)
  return Array.isArray(value) ? value.with(key as number, part) : { ...(value as object), [key]: part }
}

function another(leaf: unknown): unknown {
  if (typeof leaf === 'bigint') return leaf + 1n
  if (typeof leaf === 'number') return leaf + 1
  const last = (leaf as string).slice(-1)
  return `${(leaf as string).slice(0, -1)}${last === '0' ? '1' : '0'}`
}

/** The numbers that a line is least likely to have been thought with. */
const absurd = [-1n, 0n, 2n ** 64n, 2n ** 128n, 2n ** 180n + 1n, 2n ** 255n, 2n ** 256n - 1n, 2n ** 300n]

/** No rule of the contracts ties these to anything. */
const free = (path: Path) => /^(tasks \d+ evidence|penalties \d+ (amount|fault))$/.test(path.join(' '))
/** Of a no-show nothing was signed, so what says otherwise is not read. */
const unsigned = (ledger: Ledger, [tree, index, field]: Path) =>
  tree === 'penalties' &&
  ledger.penalties[index as number]!.fault === 0 &&
  ['agentId', 'subtask', 'attempt', 'commitment', 'wallet', 'signature'].includes(field as string)

describe('a change of any one field', () => {
  const { scene, ledger, batch } = full()
  const audit = (someBatch: Batch, someLedger: Ledger, { facts }: Scene = scene) =>
    auditBatch(someBatch, someLedger, facts)

  it('is found where the lines are not those committed to', () => {
    for (const path of leavesOf(ledger)) {
      const other = changed(ledger, path, another) as Ledger
      expect(audit(batch, other), path.join(' ')).not.toEqual([])
    }
  })

  it('is found by the rules alone where the settler committed to it', () => {
    let tried = 0
    for (const path of leavesOf(ledger)) {
      if (free(path) || unsigned(ledger, path)) continue
      const other = changed(ledger, path, another) as Ledger
      const findings = audit(headerOf(other, scene.setting), other)
      expect(findings, path.join(' ')).not.toEqual([])
      tried++
    }
    expect(tried).toBeGreaterThan(150)
  })

  it('is found in the header, but for the file, the parent, and what the contract itself refuses', () => {
    for (const path of leavesOf(batch)) {
      if (path[0] === 'data' || path[0] === 'parent') continue
      if (path.join(' ') === `debits ${batch.debits.length - 1} endTask`) continue
      // A larger log holds the same leaves.
      const change = path[0] === 'evidenceSize' ? () => 0n : another
      expect(audit(changed(batch, path, change) as Batch, ledger), path.join(' ')).not.toEqual([])
    }
  })

  it('never makes the auditor throw, whatever the number', () => {
    for (const [place, path] of leavesOf(ledger).entries()) {
      const number = absurd[place % absurd.length]!
      const change = (leaf: unknown) =>
        typeof leaf === 'bigint' ? number : typeof leaf === 'number' ? Number(number) : '0x'
      expect(() => audit(batch, changed(ledger, path, change) as Ledger), path.join(' ')).not.toThrow()
    }
  })

  it('is found where a line is missing', () => {
    for (const tree of ['tasks', 'payments', 'penalties', 'earnings', 'values'] as const) {
      const other = { ...ledger, [tree]: ledger[tree].slice(0, -1) }
      expect(audit(batch, other), tree).not.toEqual([])
    }
  })
})

describe('a step of a payment', () => {
  const { ledger } = full()
  const place = ledger.payments.findIndex(
    ({ task }) => ledger.tasks[Number(task)]!.endPayment - ledger.tasks[Number(task)]!.firstPayment === 3n,
  )
  const payment = ledger.payments[place]!
  const task = ledger.tasks[Number(payment.task)]!
  const values = ledger.values[Number(payment.task)]!
  const trace = traceOf(values, 0)
  const stepAt = (k: number) => ({
    before: trace[k - 1] ?? 77n,
    sum: trace[k]!,
    without: values[2 * k]!,
    with: values[2 * k + 1]!,
  })
  const index = BigInt(place)

  it('is right as built, and wrong with any other number', () => {
    for (let k = 0; k < 4; k++) {
      expect(stepWrong(task, payment, index, k, stepAt(k))).toBe(false)
      expect(stepWrong(task, payment, index, k, { ...stepAt(k), sum: trace[k]! + 1n })).toBe(true)
      expect(stepWrong(task, payment, index, k, { ...stepAt(k), with: stepAt(k).with + 1n })).toBe(true)
    }
  })

  it('is wrong where the last sum is not the share', () => {
    expect(stepWrong(task, { ...payment, share: payment.share + 1n }, index, 3, stepAt(3))).toBe(true)
    expect(stepWrong(task, { ...payment, share: payment.share + 1n }, index, 2, stepAt(2))).toBe(false)
  })

  it('is wrong where the task has no such step, or no such payment', () => {
    expect(stepWrong(task, payment, index, 4, stepAt(3))).toBe(true)
    expect(stepWrong(task, payment, task.endPayment, 0, stepAt(0))).toBe(true)
    expect(stepWrong({ ...task, endPayment: 2n ** 255n }, payment, index, 0, stepAt(0))).toBe(true)
  })
})

describe('what only the chain knows', () => {
  const { scene, ledger, batch } = full()
  const rules = (facts: Partial<Scene['facts']>) =>
    new Set(auditBatch(batch, ledger, { ...scene.facts, ...facts }).map(({ rule }) => rule))

  it.each([
    ['a spent order', { isSpent: () => true }, 'OrderInvalid'],
    ['a deadline long over', { postedAt: 2n ** 60n }, 'OrderInvalid'],
    ['another token', { token: '0x' as const }, 'OrderInvalid'],
    ['a lower limit of fees', { maxFeeBps: 0n }, 'BudgetExceeded'],
    ['a task settled before', { isSettled: () => true }, 'SettledTwice'],
    ['a wallet that never spoke for the agent', { spokeFor: () => false }, 'ReceiptInvalid'],
    ['other earnings before', { parent: [] }, 'EarningsWrong'],
    ['another leaf of evidence', { evidenceAt: () => null }, 'PenaltyUnproven'],
  ] as const)('%s is found', (_, facts, rule) => {
    expect(rules(facts)).toContain(rule)
  })

  it('an order twice in one batch is found', () => {
    const twice = buildLedger([...scene.settled, scene.settled[0]!], scene.facts.parent)
    const findings = auditBatch(headerOf(twice, scene.setting), twice, scene.facts)
    expect(findings.map(({ rule }) => rule)).toContain('SettledTwice')
  })
})
