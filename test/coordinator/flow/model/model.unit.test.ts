import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TaskEvent } from '../../../../protocol/events.ts'
import { faultyRules } from './faulty-rules.ts'
import { allChecks } from './invariants.ts'
import { anyTask, aVerifierAgrees } from './property.ts'
import { Broken } from './step.ts'
import { realRules, type World } from './world.ts'

/** `MODEL_RUNS` for longer; `MODEL_SEED`, `MODEL_PATH` and `MODEL_REPLAY` run again what a failure printed. */
const { MODEL_RUNS = '200', MODEL_SEED, MODEL_PATH, MODEL_REPLAY } = process.env

const seed = MODEL_SEED === undefined ? Date.now() & 0x7fffffff : Number(MODEL_SEED)
/** Most faults show within a hundred tasks, the rarest within 3,000 on average: one search of a million finds nothing in so many. */
const enough = 40_000
/** Two to eight bring about everything that can be; more in one run of a hundred. */
const mostRounds = 40
/** A second for each ten tasks, on a busy machine. */
const timeoutMs = 60_000 + 100 * Number(MODEL_RUNS) * mostRounds
/** The rarest take ten seconds on a quiet machine. */
const searchMs = 400_000

// The model has no policy set, and nothing in it is sealed; tests of these have.
const notHere: ReadonlySet<string> = new Set(['FlowsDecided', 'KeysAsked', 'KeysAnswered'])
const eventTypes = TaskEvent.options.map(({ shape }) => shape.type.value).filter(type => !notHere.has(type))
const whatHappens = ['completed', 'failed', 'canceled', 'rejected', 'paid', ...eventTypes]

describe('whatever happens to a task', () => {
  it(
    'every invariant holds after every command',
    () => {
      console.info(`the model of a task: MODEL_SEED=${seed} MODEL_RUNS=${MODEL_RUNS}`)
      const met = new Set<string>()
      const onDone = (world: World) => {
        aVerifierAgrees(world)
        met.add(world.task.state)
        for (const { type } of world.history) met.add(type)
        if (world.task.settlement?.settlement.payments.length) met.add('paid')
      }
      const replayed = MODEL_REPLAY ? { replayPath: MODEL_REPLAY } : {}
      const tasks = anyTask({ rules: () => realRules, checks: allChecks, onDone, ...replayed })
      if (MODEL_PATH) return fc.assert(tasks, { seed, path: MODEL_PATH })
      // Until everything has come about that can: of the rest nothing was said.
      for (let round = 0; round < mostRounds && (round === 0 || !whatHappens.every(each => met.has(each))); round++) {
        fc.assert(tasks, { seed: seed + round, numRuns: Number(MODEL_RUNS) })
      }
      expect(whatHappens.filter(each => !met.has(each))).toEqual([])
    },
    timeoutMs,
  )
})

describe('a fault in the rules is found:', () => {
  it.each(faultyRules)('$fault ($foundBy)', { timeout: searchMs }, ({ foundBy, rules }) => {
    const checks = allChecks.filter(({ name }) => name === foundBy)
    const onDone = foundBy === 'aVerifierAgrees' ? { onDone: aVerifierAgrees } : {}
    const found = fc.check(anyTask({ rules, checks, ...onDone }), { seed, numRuns: enough, endOnFailure: true })
    expect(found.errorInstance, `seed ${seed}`).toBeInstanceOf(Broken)
  })
})
