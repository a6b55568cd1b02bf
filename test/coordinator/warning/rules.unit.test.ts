import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reconcile } from '../../../coordinator/warning/reconcile.ts'
import { Watch } from '../../../coordinator/warning/watch.ts'
import { type Alert, alertIdOf, type Warning, warningKey } from '../../../protocol/alert.ts'
import type { ChainEntry } from '../../../protocol/chain-message.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { Thresholds, usualThresholds } from '../../../protocol/supervision.ts'
import { Drive, planOf, taskId } from '../flow/drive.ts'

/** One task after another: what happened to each goes into the watch as entries of the stream. */
class Stream {
  readonly watch = new Watch()
  nowMs = 1_000
  #tasks = 0

  task(plan: ReturnType<typeof planOf>, budget: bigint, bring: (drive: Drive) => void): Drive {
    const drive = new Drive()
    drive.nowMs = this.nowMs
    drive.planned(plan, { budget })
    bring(drive)
    const id = sha256(`task ${++this.#tasks}`)
    this.watch.takeTask({ taskId: id, first: 0, events: drive.history }, 1)
    this.nowMs = drive.nowMs
    return drive
  }

  /** A task of one subtask that one agent does, or fails. */
  work(isGood: boolean, tookMs = 100): void {
    this.task(planOf([{ id: 'one', attempts: 1 }]), 1_000_000n, drive => {
      drive.assign('one', ['7'])
      drive.nowMs += tookMs
      if (isGood) drive.result('one', '7', {})
      else drive.fail('one', '7', false)
    })
  }

  agree(values: readonly number[]): void {
    this.task(planOf([{ id: 'one', replicas: 3, quorum: 2, attempts: 1 }]), 1_000_000n, drive => {
      const agents = values.map((_, index) => `${index + 1}`)
      drive.assign('one', agents)
      for (const [index, agentId] of agents.entries()) {
        const output = { value: values[index]! }
        const receipt = {
          taskId,
          subtaskId: 'one',
          attempt: 1,
          agentId,
          inputHash: sha256('i'),
          outputHash: sha256('o'),
        }
        const signed = { receipt: { ...receipt, startedAtMs: 0, finishedAtMs: 0 }, signature: sha256('s'), salt: null }
        const answer = { kind: 'result' as const, output, ...signed }
        drive.history.push({ type: 'ResultReceived', atMs: drive.nowMs, subtaskId: 'one', attempt: 1, agentId, answer })
      }
      drive.history.push({
        ...{ type: 'SubtaskAgreed', atMs: drive.nowMs, subtaskId: 'one', attempt: 1, output: {} },
        verdict: {
          ...{ outcome: 'agreed', accepted: agents, deviations: [], noShows: [], unrevealed: [] },
          ...{ deviators: agents.filter((_, index) => values[index] !== values[0]), confidence: 1, outputHash: null },
        },
      })
    })
  }

  decide(domainId: string, permit: boolean): void {
    this.task(planOf([{ id: 'one' }]), 1_000_000n, drive => {
      const policy = { id: 'p', version: '1.0.0', hash: sha256('p') }
      const verdicts = [{ domainId, permit, masks: [], approval: [], reasons: [] }]
      const decided = { policy, data: [], verdicts, roles: {}, approvalMs: 1, contentHash: sha256('d') }
      drive.history.push({ type: 'FlowsDecided', atMs: drive.nowMs, subtaskId: 'one', ...decided })
    })
  }

  warnings(thresholds: Thresholds = usualThresholds, atMs = this.nowMs): Warning[] {
    return this.watch.warnings({ thresholds, atMs })
  }

  codes(thresholds?: Thresholds, atMs?: number): string[] {
    return this.warnings(thresholds, atMs).map(({ code }) => code)
  }
}

const times = (count: number, act: () => void) => Array.from({ length: count }).forEach(act)

describe('agent-degrading', () => {
  it('compares an agent with its own past: failures, and time; not an agent that always was so', () => {
    const stream = new Stream()
    times(10, () => stream.work(true))
    expect(stream.codes()).toEqual([])
    times(8, () => stream.work(false))
    expect(stream.warnings()).toMatchObject([
      { code: 'agent-degrading', about: { agentId: '7' }, figures: { recentShare: 1, pastShare: 0 } },
    ])
    const slow = new Stream()
    times(10, () => slow.work(true, 100))
    times(8, () => slow.work(true, 400))
    expect(slow.warnings()[0]!.cause).toBe('it takes 0.4 s where it took 0.1 s')
    const bad = new Stream()
    times(30, () => bad.work(false))
    expect(bad.codes()).toEqual([])
  })

  it('is over when the agent is well again, or when it has done nothing for long', () => {
    const stream = new Stream()
    times(10, () => stream.work(true))
    times(8, () => stream.work(false))
    expect(stream.codes(usualThresholds, stream.nowMs + 3_600_001)).toEqual([])
    times(8, () => stream.work(true))
    expect(stream.codes()).toEqual([])
  })
})

describe('disagreement-rising, unusual-refusals', () => {
  it('see that what was rare no longer is', () => {
    const stream = new Stream()
    times(12, () => stream.agree([1, 1, 1]))
    times(9, () => stream.agree([1, 1, 2]))
    expect(stream.warnings()).toMatchObject([{ code: 'disagreement-rising', about: { skill: 's@1' } }])
  })

  it('name the domain and the policy set', () => {
    const stream = new Stream()
    times(25, () => stream.decide('health', true))
    times(20, () => stream.decide('health', false))
    expect(stream.warnings().map(({ about }) => about)).toEqual([{ domainId: 'health' }, { policy: 'p' }])
  })
})

describe('spending-too-fast', () => {
  it('sees that the rest costs more than there is, at the prices last seen', () => {
    const plan = planOf([{ id: 'one' }, { id: 'two', after: ['one'] }, { id: 'three', after: ['two'] }])
    const stream = new Stream()
    stream.task(plan, 2_500n, drive => void drive.assign('one', ['7']))
    expect(stream.warnings()).toMatchObject([{ code: 'spending-too-fast', figures: { budget: 2_500 } }])
    const other = new Stream()
    other.task(plan, 4_000n, drive => void drive.assign('one', ['7']))
    expect(other.codes()).toEqual([])
  })
})

describe('deadline-at-risk', () => {
  it('counts what is left of the longest chain, from the time as it is', () => {
    const plan = planOf([
      { id: 'one', deadlineMs: 3_000_000 },
      { id: 'side', deadlineMs: 1_000 },
      { id: 'two', deadlineMs: 3_000_000, after: ['one', 'side'] },
    ])
    const stream = new Stream()
    stream.task(plan, 1_000_000n, () => {})
    expect(stream.codes(usualThresholds, 3_900_000)).toEqual([])
    const [late] = stream.warnings(usualThresholds, 4_100_000)
    expect(late).toMatchObject({ code: 'deadline-at-risk', about: { subtaskId: 'one' } })
    expect(late!.cause).toBe('one, two may take 6000.0 s, and 5900.0 s are left')
  })
})

describe('chain-lagging', () => {
  it('tells what waits for a block from what waits to be final, and forgets what is done', () => {
    const watch = new Watch()
    const step = (state: ChainEntry['steps'][number]['state'], atMs: number, messageId = sha256('m')) =>
      watch.takeChain({ messageId, steps: [{ state, atMs }] })
    step('RECEIVED', 1_000)
    expect(watch.warnings({ thresholds: usualThresholds, atMs: 60_000 })).toEqual([])
    expect(watch.warnings({ thresholds: usualThresholds, atMs: 61_001 })).toMatchObject([
      { about: { chain: 'waiting' } },
    ])
    step('MINED', 62_000)
    expect(watch.warnings({ thresholds: usualThresholds, atMs: 100_000 })).toEqual([])
    expect(watch.warnings({ thresholds: usualThresholds, atMs: 182_001 })).toMatchObject([
      { about: { chain: 'finality' } },
    ])
    step('FINAL', 182_002)
    step('COMPLETED', 182_003)
    expect(watch.warnings({ thresholds: usualThresholds, atMs: 999_999 })).toEqual([])
  })

  it.each([
    ['TaskFunded', { txHash: sha256('t'), blockNumber: 1 }],
    ['TaskRejected', { code: 'BUDGET_NOT_FUNDED', reason: 'a test' }],
  ] as const)('tells of tasks whose budget waits to be reserved, until %s', (type, more) => {
    const watch = new Watch()
    const [submitted] = new Drive().planned(planOf([{ id: 'one' }])).history
    watch.takeTask({ taskId, first: 0, events: [submitted!] }, 1)
    const now = { thresholds: usualThresholds, atMs: submitted!.atMs + 60_001 }
    expect(watch.warnings({ ...now, atMs: now.atMs - 1 })).toEqual([])
    expect(watch.warnings(now)).toMatchObject([{ code: 'chain-lagging', about: { chain: 'budgets' } }])
    watch.takeTask({ taskId, first: 1, events: [{ type, atMs: now.atMs, ...more } as TaskEvent] }, 1)
    expect(watch.warnings(now)).toEqual([])
  })
})

describe('whatever happens', () => {
  it('a calm stream raises nothing: faults as rare as ever, spread as chance has it', () => {
    const calm = fc.array(
      fc.record({ kind: fc.constantFrom('work', 'agree', 'decide'), tookMs: fc.integer({ min: 80, max: 150 }) }),
      { minLength: 30, maxLength: 60 },
    )
    fc.assert(
      fc.property(calm, fc.integer({ min: 0, max: 20 }), (steps, phase) => {
        const stream = new Stream()
        for (const [index, { kind, tookMs }] of steps.entries()) {
          const isGood = (index + phase) % 20 !== 0
          if (kind === 'work') stream.work(isGood, tookMs)
          else if (kind === 'agree') stream.agree([1, 1, isGood ? 1 : 2])
          else stream.decide('health', isGood)
          expect(stream.codes()).toEqual([])
        }
      }),
      { numRuns: 20 },
    )
  })

  it('raised and cleared take turns, and what comes and goes within three looks is one alert', () => {
    const about = { taskId }
    const said = { severity: 'warning', cause: 'c', figures: {}, suggestion: 's' } as const
    const warnings = (['chain-lagging', 'deadline-at-risk'] as const).map(code => ({ code, about, ...said }))
    const looks = fc.array(fc.subarray(warnings), { maxLength: 60 })
    fc.assert(
      fc.property(looks, all => {
        let [missing, open]: [ReadonlyMap<string, number>, Alert[]] = [new Map(), []]
        const said = new Map<string, string[]>()
        const say = (warning: Warning, what: string) =>
          said.set(warningKey(warning), [...(said.get(warningKey(warning)) ?? []), what])
        for (const [atMs, wanted] of all.entries()) {
          const changes = reconcile(wanted, open, missing)
          missing = changes.missing
          for (const alert of changes.clear) say(alert, 'cleared')
          for (const warning of changes.raise) say(warning, 'raised')
          const raised = changes.raise.map(each => ({ ...each, alertId: alertIdOf(each, atMs), raisedAtMs: atMs }))
          open = [...open.filter(alert => !changes.clear.includes(alert)), ...raised]
          for (const warning of wanted) expect(open.map(warningKey)).toContain(warningKey(warning))
        }
        for (const turns of said.values()) {
          expect(turns).toEqual(turns.map((_, turn) => (turn % 2 === 0 ? 'raised' : 'cleared')))
        }
      }),
    )
  })

  it('thresholds that are left out are as usual', () => {
    expect(Thresholds.parse({ 'chain-lagging': { waitingMs: 5 } })['chain-lagging']).toEqual({
      waitingMs: 5,
      finalityMs: 120_000,
    })
  })
})
