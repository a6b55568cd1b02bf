import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import type { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { sendUntilTaken } from '../../stack/send-until-taken.ts'
import { startCountingWorker } from './counting-worker.ts'
import { requestersAt } from './requesters.ts'
import { kill, withCoordinators } from './with-coordinators.ts'

/** Every test has an agent and a skill of its own, so that none waits for another's work. */
function worker(name: string, concurrency: number) {
  return agent({
    name,
    description: 'Works.',
    concurrency,
    skills: [
      skill({
        name,
        version: '1.0.0',
        description: 'Works.',
        input: z.object({}).loose(),
        output: z.object({}),
        price: 1n,
        run: () => ({}),
      }),
    ],
  })
}

const subtask = (name: string, more = {}) => ({
  id: 'work',
  skill: `${name}@1`,
  deadlineMs: 60_000,
  ...more,
})
/** Work that nobody finishes before the test lets them; from then on it takes no time. */
function held() {
  const gate = Promise.withResolvers<void>()
  return { work: () => gate.promise, release: () => gate.resolve() }
}
const within = (ms: number) => ({ timeout: ms, interval: 50 })

describe('two coordinators', () => {
  const office = withCoordinators(2, { ENTENTE_EMERGENCY_DOMAINS: 'sirens' })
  const requesters = requestersAt(office)
  beforeAll(() => requesters.reserve())

  async function employ(name: string, concurrency: number, work: () => Promise<unknown>) {
    const member = await office.consortium.join(worker(name, concurrency), `domain-${name}`)
    const counting = await startCountingWorker(office.consortium, member, work)
    onTestFinished(() => counting.stop())
    return counting
  }

  /** Waits until so much waits, by the word of whichever coordinator answers. */
  const waiting = (expected: object) =>
    vi.waitFor(
      async () => expect(await sendCommand(office.consortium.nc, 'figures', {})).toMatchObject(expected),
      within(30_000),
    )

  it('put an emergency before 50 tasks that were there first, and give an agent no more than it takes', {
    timeout: 90_000,
  }, async () => {
    const { work, release } = held()
    const staff = await employ('queue', 2, work)
    const normal = { priority: 'normal' } as const
    const opened = await Promise.all(Array.from({ length: 50 }, () => office.open([subtask('queue')], normal)))
    await vi.waitFor(() => expect(staff.taken).toHaveLength(2), within(30_000))
    await waiting({ waiting: { emergency: 0, normal: 48 } })
    const emergency = await office.open([subtask('queue')])
    await emergency.until('TaskPlanned')
    release()
    await Promise.all([emergency, ...opened].map(task => task.until('TaskCompleted')))
    // Both places come free at once, and each may be filled by another coordinator: it has one of the two.
    expect(staff.taken.slice(2, 4)).toContain(emergency.taskId)
    expect(staff.taken).toHaveLength(51)
    expect(staff.most()).toBe(2)
  })

  it('share an agent between a domain with 100 tasks and one with 5', { timeout: 120_000 }, async () => {
    const { work, release } = held()
    const staff = await employ('shared', 2, work)
    await Promise.all([requesters.admit('many'), requesters.admit('few')])
    const submit = async (domainId: string) => {
      const { command, taskId } = await requesters.order(domainId, [subtask('shared')])
      await requesters.submit(command)
      return taskId
    }
    await Promise.all(Array.from({ length: 100 }, () => submit('many')))
    await waiting({ waiting: { normal: 98 } })
    const few = await Promise.all(Array.from({ length: 5 }, () => submit('few')))
    await waiting({ waiting: { normal: 103 } })
    release()
    await vi.waitFor(() => expect(staff.answered).toHaveLength(105), within(60_000))
    // Each has one of the two places then: whose work ends a little sooner may be served a little oftener.
    const last = Math.max(...few.map(taskId => staff.taken.indexOf(taskId)))
    expect(last).toBeLessThanOrEqual(2 * (2 + 2 * 5))
    expect(staff.most()).toBe(2)
  })

  it('refuse an emergency to a domain that may claim none, and take it of one that may', async () => {
    await Promise.all([requesters.admit('quiet'), requesters.admit('sirens')])
    const [refused, taken] = [
      await requesters.order('quiet', [subtask('none')], { priority: 'emergency' }),
      await requesters.order('sirens', [subtask('none')], { priority: 'emergency' }),
    ]
    await expect(requesters.submit(refused.command)).rejects.toMatchObject({ code: 'PRIORITY_REFUSED', retry: false })
    await requesters.submit(taken.command)
    const { spec } = await office.follow(taken.taskId).until('TaskSubmitted')
    expect(spec.policy.priority).toBe('emergency')
  })

  it('warn of what waits too long for a busy agent before its deadline passes, and put it first', {
    timeout: 60_000,
  }, async () => {
    const { work, release } = held()
    const staff = await employ('starved', 1, work)
    const normal = { priority: 'normal' } as const
    const first = await office.open([subtask('starved')], normal)
    await vi.waitFor(() => expect(staff.taken).toEqual([first.taskId]), within(10_000))
    const patient = await office.open([subtask('starved')], { ...normal, durationS: 600 })
    await patient.until('TaskPlanned')
    const pressed = await office.open([subtask('starved', { deadlineMs: 6_000 })], { ...normal, durationS: 12 })
    const warned = await pressed.until('StarvationWarned')
    const submitted = await pressed.until('TaskSubmitted')
    await waiting({ waiting: { emergency: 0, normal: 2 }, starving: 1 })
    release()
    expect(warned).toMatchObject({ subtaskId: 'work', attempt: 1, dueMs: submitted.deadlineMs })
    expect(warned.atMs).toBeLessThan(submitted.deadlineMs)
    await Promise.all([pressed.until('TaskCompleted'), patient.until('TaskCompleted')])
    expect(staff.answered).toEqual([first.taskId, pressed.taskId, patient.taskId])
    expect(pressed.events.filter(({ type }) => type === 'StarvationWarned')).toHaveLength(1)
  })

  it('warn of it though it is never given out at all', { timeout: 60_000 }, async () => {
    await employ('deaf', 1, held().work)
    const holds = await office.open([subtask('deaf')], { priority: 'normal' })
    await holds.until('SubtaskAssigned')
    const task = await office.open([subtask('deaf', { deadlineMs: 1_000 })], { priority: 'low', durationS: 5 })
    const { atMs } = await task.until('TaskFailed')
    const warned = await task.until('StarvationWarned')
    expect(warned.atMs).toBeLessThan(atMs)
    expect(task.events.some(({ type }) => type === 'SubtaskAssigned')).toBe(false)
  })

  // The last one: afterwards there is one coordinator less.
  it('leave nothing waiting when one of them is killed: the other gives it out', { timeout: 90_000 }, async () => {
    const { work, release } = held()
    const staff = await employ('survive', 2, work)
    const normal = { priority: 'normal' } as const
    const opened = await Promise.all(Array.from({ length: 14 }, () => office.open([subtask('survive')], normal)))
    await Promise.all(opened.map(task => task.until('TaskPlanned')))
    await vi.waitFor(() => expect(staff.taken).toHaveLength(2), within(10_000))
    kill(office.children[0]!.pid)
    release()
    await Promise.all(opened.map(task => task.until('TaskCompleted')))
    expect(staff.most()).toBe(2)
    expect(staff.taken).toHaveLength(14)
  })
})

describe('one coordinator', () => {
  const office = withCoordinators(1, { ENTENTE_OPEN_TASKS: '20', ENTENTE_DOMAIN_QUOTAS: 'small=2' })
  const requesters = requestersAt(office)
  beforeAll(() => requesters.reserve())

  it('refuses a domain that has its quota of open tasks, says how long to wait, and takes the task when one has ended', {
    timeout: 60_000,
  }, async () => {
    await requesters.admit('small')
    const member = await office.consortium.join(worker('quota', 1), 'staff')
    const { work, release } = held()
    const staff = await startCountingWorker(office.consortium, member, work)
    onTestFinished(() => staff.stop())
    const orders = await Promise.all([1, 2, 3].map(() => requesters.order('small', [subtask('quota')])))
    const [first, second, third] = orders as [(typeof orders)[0], (typeof orders)[0], (typeof orders)[0]]
    await requesters.submit(first.command)
    await requesters.submit(second.command)
    const { nc } = office.consortium
    const refusal = await requesters.submit(third.command).catch((error: EntenteError) => error)
    expect(refusal).toMatchObject({ code: 'DOMAIN_OVER_QUOTA', retry: true, retryAfterMs: expect.any(Number) })
    // Who cannot wait so long as until one ends is told again why not.
    const impatient = sendUntilTaken(nc, 'submit', third.command, { untilMs: Date.now() + 100 })
    await expect(impatient).rejects.toMatchObject({ code: 'DOMAIN_OVER_QUOTA' })
    // What was accepted is answered as before.
    expect(await requesters.submit(first.command)).toEqual({ taskId: first.taskId })
    release()
    await office.follow(first.taskId).until('TaskCompleted')
    await sendUntilTaken(nc, 'submit', third.command, { untilMs: Date.now() + 20_000 })
    expect(await requesters.submit(first.command)).toEqual({ taskId: first.taskId })
    await office.follow(third.taskId).until('TaskCompleted')
  })

  it('keeps a tenth of all it takes for emergencies, and refuses none that a response plan opened', {
    timeout: 60_000,
  }, async () => {
    await requesters.admit('crowd')
    const member = await office.consortium.join(worker('full', 1), 'staff')
    const staff = await startCountingWorker(office.consortium, member, held().work)
    onTestFinished(() => staff.stop())
    const accepted: Hex[] = []
    let refusal: unknown
    while (!refusal && accepted.length < 25) {
      const { command, taskId } = await requesters.order('crowd', [subtask('full')])
      refusal = await requesters.submit(command).then(
        () => void accepted.push(taskId),
        (error: unknown) => error,
      )
    }
    expect(refusal).toMatchObject({ code: 'COORDINATORS_FULL', retry: true })
    expect(accepted).toHaveLength(18)
    const plan = await office.open([subtask('full')])
    await plan.until('TaskSubmitted')
  })

  it('gives out what waited, also of another that died alone with it', { timeout: 60_000 }, async () => {
    const member = await office.consortium.join(worker('alone', 1), 'staff')
    const { work, release } = held()
    const staff = await startCountingWorker(office.consortium, member, work)
    onTestFinished(() => staff.stop())
    const first = await office.open([subtask('alone')])
    await vi.waitFor(() => expect(staff.taken).toEqual([first.taskId]), within(10_000))
    const waiting = await Promise.all(Array.from({ length: 5 }, () => office.open([subtask('alone')])))
    await Promise.all(waiting.map(task => task.until('TaskPlanned')))
    kill(office.children[0]!.pid)
    await office.startCoordinator()
    release()
    await Promise.all([first, ...waiting].map(task => task.until('TaskCompleted')))
    expect(staff.answered).toHaveLength(6)
    expect(staff.most()).toBe(1)
  })
})
