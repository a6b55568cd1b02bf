import { describe, expect, it } from 'vitest'
import {
  earnedWrong,
  exceedsBudget,
  isInGroup,
  splitWrong,
  totalsWrong,
} from '../../coordinator/flow/batch/audit-line.ts'
import type { Ledger } from '../../coordinator/flow/batch/batch-ledger.ts'
import { coalitionAt, follows, traceOf, weightOf } from '../../coordinator/flow/batch/shapley-steps.ts'
import { coalitionValues } from '../../coordinator/flow/shapley.ts'
import type { PaymentLine, TaskLine } from '../../protocol/batch.ts'
import { seeded } from '../harness/seeded.ts'
import { otherNumber } from './mutate.ts'
import { components, maybeMutate, mutateSplit, mutateTotals } from './odd-lines.ts'
import { inCalls, withRules } from './with-rules.ts'

/*
 * The rules of batches are written twice, in Solidity and in TypeScript. Here both answer for the same lines: right ones,
 * and ones in which a few fields are anything at all. A call that reverts fails the test too: a line of which a contract's
 * rule does not answer could be too wrong to be shown wrong.
 */

const LEAST_SEEN = 200

const rules = withRules()

function expectBothSeen(what: string, verdicts: readonly boolean[]): void {
  const yes = verdicts.filter(Boolean).length
  expect(yes, `${what}: true`).toBeGreaterThanOrEqual(LEAST_SEEN)
  expect(verdicts.length - yes, `${what}: false`).toBeGreaterThanOrEqual(LEAST_SEEN)
}

function paymentsOf(ledger: Ledger, { firstPayment, endPayment }: TaskLine): readonly PaymentLine[] {
  return ledger.payments.slice(Number(firstPayment), Number(endPayment))
}

describe('verdicts', () => {
  it('on budgets are the same', async () => {
    const cases = rules.draw('budgets', (random, { ledger, scene }) => {
      const line = maybeMutate(random, components.task, random.pick(ledger.tasks))
      const odd = { ...line, ...(random.percent(30) && { fee: otherNumber(random, line.fee) }) }
      return { line: odd, maxFeeBps: random.percent(70) ? scene.facts.maxFeeBps : BigInt(random.below(10_001)) }
    })
    const verdicts = await inCalls(cases, some => rules.call('exceedsBudget', [some]))
    expect(cases.map(({ line, maxFeeBps }) => exceedsBudget(line, maxFeeBps))).toEqual(verdicts)
    expectBothSeen('exceedsBudget', verdicts)
  })

  it('on running totals are the same, and right lines are right', async () => {
    const cases = rules.draw('totals', (random, { ledger, batch }) => {
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
    const verdicts = await inCalls(cases, some => rules.call('totalsWrong', [some]))
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
    const cases = rules.draw('splits', (random, { ledger }) => {
      const place = random.below(ledger.tasks.length)
      const line = ledger.tasks[place]!
      const right = { line, index: BigInt(place), payments: paymentsOf(ledger, line) }
      if (random.percent(30)) return { ...right, isRight: true }
      return { ...mutateSplit(random, right), isRight: false }
    })
    const verdicts = await inCalls(cases, some => {
      const open = (line: PaymentLine) => ({ line, index: 0n, path: [] })
      const opened = some.map(each => ({ ...each, payments: each.payments.map(open) }))
      return rules.call('splitWrong', [opened])
    })
    expect(cases.map(({ line, index, payments }) => splitWrong(line, index, payments))).toEqual(verdicts)
    expect(verdicts.filter((isWrong, place) => isWrong && cases[place]!.isRight)).toEqual([])
    expectBothSeen('splitWrong', verdicts)
  })

  it('on what was earned are the same, and right lines are right', async () => {
    const cases = rules.draw('earned', (random, { ledger, scene }) => {
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
    const verdicts = await inCalls(cases, some => rules.call('earnedWrong', [some]))
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
    const cases = rules.draw('steps', random => {
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
    const verdicts = await inCalls(cases, some => rules.call('follows', [some]))
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
    const verdicts = await inCalls(cases, some => rules.call('follows', [some]))
    const ours = cases.map(({ step, player, players }) => {
      const mask = coalitionAt(Number(step), Number(player))
      return { mask: BigInt(mask), weight: weightOf(mask, Number(players)), follows: true }
    })
    expect(ours).toEqual(verdicts)
  })
})
