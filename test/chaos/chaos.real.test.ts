import { expect, test } from 'vitest'
import type { ChaosOptions } from './options.ts'
import { planKills, victimRoles } from './plan-kills.ts'
import { runChaos } from './run-chaos.ts'

const timeout = 240_000

/** What is struck in each is there at the end, and everything holds. */
async function run(struck: Pick<ChaosOptions, 'seed' | 'kills' | 'victims' | 'stall' | 'deadline'>): Promise<void> {
  const steps: string[] = []
  const options = { ...struck, tasks: 12, coordinators: 2, inFlight: 12, away: 0, keep: false }
  const { checks, holds, figures } = await runChaos(options, {
    onStep: text => steps.push(text),
    signal: AbortSignal.timeout(timeout - 30_000),
  })
  expect(
    checks.filter(({ findings }) => findings.length > 0),
    steps.join('\n'),
  ).toEqual([])
  expect(holds).toBe(true)
  expect(figures.tasks).toBe(12)
  expect(Object.keys(figures.kills).sort()).toEqual([...struck.victims].sort())
}

test('tasks end once and are paid once though one process of each kind is killed', { timeout }, () =>
  run({ seed: 2, kills: 6, victims: victimRoles, stall: 0, deadline: 60 }),
)

test('and though the bus and coordinators stand still for longer than agents have', { timeout }, () =>
  run({ seed: 5, kills: 4, victims: ['coordinator', 'nats'], stall: 6, deadline: 5 }),
)

test('the plan of kills is a function of the seed', () => {
  const plan = planKills(7, 50, victimRoles)
  expect(planKills(7, 50, victimRoles)).toEqual(plan)
  expect(planKills(8, 50, victimRoles)).not.toEqual(plan)
  expect(new Set(plan.map(({ role }) => role))).toEqual(new Set(victimRoles))
  expect(plan.map(({ progress }) => progress)).toEqual(plan.map(({ progress }) => progress).sort((a, b) => a - b))
})
