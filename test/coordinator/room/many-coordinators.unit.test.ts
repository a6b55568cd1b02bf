import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../coordinator/flow/command.ts'
import { advance } from '../../../coordinator/flow/decide.ts'
import { demandOf } from '../../../coordinator/flow/demand.ts'
import { reservedOf } from '../../../coordinator/flow/reserve.ts'
import { type Task, unknownTask } from '../../../coordinator/flow/state.ts'
import { AtOnce } from '../../../coordinator/room/at-once.ts'
import { Offers } from '../../../coordinator/room/offers.ts'
import { type Grant, Room } from '../../../coordinator/room/room.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { Drive, planOf } from '../flow/drive.ts'
import { directoryOf, statementsOf, taskIdOf } from './simulated-room.ts'

interface Stamped {
  readonly taskId: Hex
  readonly writer: string
  readonly length: number
  readonly demand: ReturnType<typeof demandOf>
}

const limits: Readonly<Record<string, number>> = { 1: 1, 2: 2, 3: 2 }
/** Enough for one task at a time with one agent, and for two with another. */
const beds: Readonly<Record<string, number>> = { 1: 3, 2: 4, 3: 0 }
const statements = statementsOf(
  Object.entries(beds).map(([agentId, total]) => [agentId, { beds: { total, unit: 'bed' } }]),
)
const directory = directoryOf(
  Object.entries(limits).map(([agentId, concurrency]) => ({ agentId, concurrency, skills: ['s'] })),
)

/** The commands that bring a task to its plan: one after the other, two side by side, and then two replicas at once. */
const opening: Command[] = []
{
  const drive = new Drive()
  const when = drive.when.bind(drive)
  drive.when = command => {
    opening.push({ atMs: drive.nowMs, ...command } as Command)
    return when(command)
  }
  drive.planned(
    planOf([
      { id: 'a' },
      { id: 'b', after: ['a'] },
      { id: 'c', after: ['a'], needs: { beds: 2 }, hold: 'task' },
      { id: 'd', after: ['b', 'c'], replicas: 2, quorum: 1 },
    ]),
  )
}

/** The log, and coordinators that read it each at its own pace. */
class Consortium {
  readonly tasks = new Map<Hex, Task>()
  readonly log: Stamped[] = []
  readonly coordinators: Coordinator[]

  constructor(count: number) {
    this.coordinators = Array.from({ length: count }, (_, index) => new Coordinator(`c${index}`, this, count === 1))
  }

  /** What agents have in hand, by the log. */
  loadOf(agentId: string): number {
    return [...this.tasks.values()].reduce((sum, task) => sum + (demandOf(task).holding[agentId] ?? 0), 0)
  }

  bedsOf(agentId: string): number {
    return [...this.tasks.values()].reduce((sum, task) => sum + (reservedOf(task)[`${agentId}/beds`] ?? 0), 0)
  }

  append(task: Task, writer: string): void {
    this.tasks.set(task.taskId, task)
    this.log.push({ taskId: task.taskId, writer, length: task.length, demand: demandOf(task) })
    for (const [agentId, limit] of Object.entries(limits)) expect(this.loadOf(agentId)).toBeLessThanOrEqual(limit)
    for (const [agentId, total] of Object.entries(beds)) expect(this.bedsOf(agentId)).toBeLessThanOrEqual(total)
  }
}

class Coordinator {
  readonly writer: string
  readonly grants: Grant[] = []
  readonly #consortium: Consortium
  readonly #room: Room
  readonly #atOnce: AtOnce
  #read = 0
  atOnce = 0

  constructor(writer: string, consortium: Consortium, isAlone: boolean) {
    this.writer = writer
    this.#consortium = consortium
    this.#room = new Room({
      offers: new Offers(() => directory, statements),
      records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
      weightOf: () => 1,
      onGrant: grant => void (grant.writer === writer && this.grants.push(grant)),
    })
    this.#atOnce = new AtOnce(this.#room, () => isAlone)
    this.#room.open()
  }

  stop(): void {
    this.#atOnce.stop()
  }

  /** The next stamp; false when there is none. */
  read(): boolean {
    const next = this.#consortium.log[this.#read]
    if (!next) return false
    this.#read++
    this.#room.heed(next.taskId, next.writer, next.demand, next.length)
    return true
  }

  carryOut(): void {
    const grant = this.grants.shift()
    if (!grant) return
    const { taskId, subtaskId, attempt, skill } = grant.waiting
    const given = { subtaskId, attempt, skill, outputSchema: {}, ...grant.routing }
    this.handle(taskId, () => ({ type: 'assign', atMs: 2_000, ...given }))
  }

  /** As `handleWith` does: what follows goes into the same entry. */
  handle(taskId: Hex, command: (task: Task) => Command): void {
    const before = this.#consortium.tasks.get(taskId) ?? unknownTask(taskId)
    let { events, task } = advance(before, command(before))
    for (let length = 0; events.length > length; ) {
      length = events.length
      for (const { wanted, routing } of this.#atOnce.give(task, before)) {
        const { subtaskId, attempt, skill } = wanted
        const given = advance(task, {
          type: 'assign',
          atMs: 2_000,
          subtaskId,
          attempt,
          skill,
          outputSchema: {},
          ...routing,
        })
        this.atOnce += given.events.length
        events = [...events, ...given.events]
        task = given.task
      }
    }
    if (events.length > 0) this.#consortium.append(task, this.writer)
  }

  open(taskId: Hex): void {
    for (const command of opening) this.handle(taskId, () => command)
  }
}

/** Some agent answers, or does not when none is at work. */
function answer(consortium: Consortium, by: Coordinator, pick: number): boolean {
  const open = [...consortium.tasks.values()].flatMap(task =>
    [...task.subtasks.values()].flatMap(({ id, phase, assigned, commitments, results }) => {
      const asked = phase === 'executing' || phase === 'revealing' ? assigned!.chosen : []
      return asked
        .filter(({ agentId }) => !results.has(agentId) && (phase === 'revealing' || !commitments.has(agentId)))
        .map(({ agentId }) => ({ taskId: task.taskId, id, agentId }))
    }),
  )
  const one = open[pick % open.length]
  if (!one) return false
  by.handle(one.taskId, task => answerOf(task, one.id, one.agentId))
  return true
}

function answerOf(task: Task, subtaskId: string, agentId: string): Command {
  const { assigned, phase, attempts: attempt } = task.subtasks.get(subtaskId)!
  const place = { taskId: task.taskId, subtaskId, attempt, agentId }
  const signature: Hex = `0x${'22'.repeat(65)}`
  const base = { type: 'receive' as const, atMs: 2_000, agentId }
  if (assigned!.answer === 'commit' && phase === 'executing') {
    return { ...base, answer: { kind: 'commit', commit: { ...place, commitment: `0x${'00'.repeat(32)}` }, signature } }
  }
  const hashes = { inputHash: assigned!.inputHash, outputHash: contentHash(1) }
  const receipt = { ...place, ...hashes, startedAtMs: 1, finishedAtMs: 2 }
  return { ...base, answer: { kind: 'result', output: 1, receipt, signature, salt: null } }
}

const move = fc.record({
  who: fc.nat(2),
  do: fc.constantFrom('open', 'read', 'read', 'read', 'give', 'give', 'answer', 'answer'),
  pick: fc.nat(20),
})

describe.each([1, 2, 3])('of %i coordinators that read the log at their own pace', count => {
  it('none gives an agent more than it takes, or than it can commit, and all tasks are completed when all is read', () => {
    let atOnce = 0
    let given = 0
    fc.assert(
      fc.property(fc.array(move, { minLength: 30, maxLength: 120 }), moves => {
        const consortium = new Consortium(count)
        const { coordinators } = consortium
        let opened = 0
        for (const { who, do: what, pick } of moves) {
          const coordinator = coordinators[who % count]!
          if (what === 'open') coordinator.open(taskIdOf(++opened))
          else if (what === 'read') coordinator.read()
          else if (what === 'give') coordinator.carryOut()
          else answer(consortium, coordinator, pick)
        }
        for (let busy = true; busy; ) {
          busy = false
          for (const each of coordinators) {
            while (each.read()) busy = true
            if (each.grants.length > 0) busy = true
            each.carryOut()
          }
          if (!busy) busy = answer(consortium, coordinators[0]!, 0)
        }
        for (const each of coordinators) each.stop()
        expect([...consortium.tasks.values()].map(({ state }) => state)).toEqual(Array(opened).fill('completed'))
        for (const task of consortium.tasks.values()) expect(reservedOf(task)).toEqual({})
        for (const each of coordinators) atOnce += each.atOnce
        given += opened * 4
      }),
      { numRuns: 150 },
    )
    expect(given).toBeGreaterThan(1_000)
    expect(atOnce).toBeGreaterThan(given / 20)
  })
})
