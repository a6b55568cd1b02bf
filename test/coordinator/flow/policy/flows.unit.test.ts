import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayBeginNow } from '../../../../coordinator/flow/ready.ts'
import { EntenteError } from '../../../../protocol/errors.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import { Drive, planOf } from '../drive.ts'
import { clear, officer, setWith } from './policed.ts'

const secret = 'SECRET'
const input = { name: secret, size: 3, list: [{ name: secret }, { name: 'b' }] }
const agents = ['1', '2', '3']
const ids = ['a', 'b', 'c', 'c-0', 'c-1', 'd', 'undo-a']

/** Policy sets, and who may have the secret by each: said again here, without the engine. */
const sets = [
  {
    set: setWith('@id("one") permit (principal, action == Action::"flow", resource == Domain::"domain-1");', '1.0.0'),
    mayHave: (domainId: string) => domainId === 'domain-1',
  },
  {
    set: setWith(
      '@id("masked") permit (principal, action == Action::"flow", resource) when { context.masked };',
      '1.0.1',
    ),
    mayHave: () => false,
  },
  {
    set: setWith(
      '@id("officer") permit (principal, action == Action::"flow", resource) when { context.approvedBy.contains(Role::"officer") };',
      '1.0.2',
    ),
    mayHave: (_: string, isApproved: boolean) => isApproved,
  },
  {
    set: setWith(
      '@id("any") permit (principal, action == Action::"flow", resource);\n@id("not-3") forbid (principal, action == Action::"flow", resource == Domain::"domain-3") unless { context.class == Class::"public" };',
      '1.0.3',
    ),
    mayHave: (domainId: string) => domainId !== 'domain-3',
  },
  { set: setWith('', '1.0.4'), mayHave: () => false },
]

/** Ways in which one subtask may read what is before it; the secret comes through all but the last. */
const ofTheInput = [
  'input',
  'input.name',
  '{ n: input.name }',
  "join('-', [input.name, 'x'])",
  'input.list[].name',
  'input.size',
]
const ofOutputs = ['outputs.a', 'outputs', '{ x: outputs.a, y: outputs.b }', 'values(outputs) | [0]', '$']

const plan = fc
  .record({
    a: fc.constantFrom(...ofTheInput),
    b: fc.constantFrom(...ofTheInput, 'outputs.a'),
    d: fc.constantFrom(...ofOutputs),
  })
  .map(({ a, b, d }) =>
    planOf([
      { id: 'a', input: a, compensate: { skill: 's@1', input: '{ o: output }', deadlineMs: 100, attempts: 1 } },
      { id: 'b', input: b, after: ['a'], attempts: 3 },
      { id: 'c', input: 'p.name', after: ['a'], forEach: { items: 'input.list', as: 'p', concurrency: 2, max: 3 } },
      { id: 'd', input: d, after: ['a', 'b', 'c'] },
    ]),
  )

const some = fc.subarray(agents, { minLength: 1 })
const id = fc.constantFrom(...ids)
/** What is in order, so that tasks get somewhere: the rest is in whatever order. */
const go = fc.record({
  do: fc.constant('go' as const),
  place: fc.nat(3),
  set: fc.constantFrom(0, 0, 1, 2, 3, 3),
  to: some,
})
const step = fc.oneof(
  { arbitrary: go, weight: 6 },
  fc.record({ do: fc.constant('clear' as const), id, set: fc.nat(sets.length - 1), to: some }),
  fc.record({ do: fc.constant('assign' as const), id, to: some }),
  fc.record({ do: fc.constant('result' as const), id, to: some }),
  fc.record({ do: fc.constant('fail' as const), id, to: some }),
  fc.record({ do: fc.constant('approve' as const), id, by: fc.boolean(), granted: fc.constantFrom(true, true, false) }),
  fc.record({ do: fc.constant('time' as const), ms: fc.constantFrom(1, 200, 2_000) }),
)

/** Takes a step as the world would: what is out of order is refused, or comes to nothing. Agents repeat what they were given. */
function take(drive: Drive, each: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
  if (each.do === 'time') {
    drive.at(drive.nowMs + each.ms)
    return
  }
  if (each.do === 'go') {
    const ready = mayBeginNow(drive.task)
    const id = ready[each.place % ready.length]?.id
    if (id === undefined) return
    take(drive, { do: 'clear', id, set: each.set, to: agents })
    take(drive, { do: 'approve', id, by: true, granted: true })
    for (const agent of each.to) take(drive, { do: 'assign', id, to: [agent] })
    take(drive, { do: 'result', id, to: agents })
    return
  }
  const progress = drive.task.subtasks.get(each.id)
  if (!progress) return
  if (each.do === 'clear')
    clear(
      drive,
      each.id,
      each.to.map(agent => `domain-${agent}`),
      sets[each.set]!.set,
    )
  else if (each.do === 'assign') drive.assign(each.id, each.to)
  else if (each.do === 'approve') {
    if (!progress.approval) return
    const by = {
      approver: each.by ? officer : `0x${'11'.repeat(20)}`,
      signedAtMs: drive.nowMs,
      signature: `0x${'22'.repeat(65)}`,
    }
    const contentHash = progress.approval.contentHash
    drive.when({ type: 'answerApproval', subtaskId: each.id, contentHash, granted: each.granted, by })
  } else if (progress.assigned) {
    for (const agent of each.to) {
      if (each.do === 'fail') drive.fail(each.id, agent, true)
      else drive.result(each.id, agent, { echo: progress.assigned.input, of: agent })
    }
  }
}

function run(made: ReturnType<typeof planOf>, steps: readonly Parameters<typeof take>[1][]): TaskEvent[] {
  const drive = new Drive().planned(made, { input, domainId: 'requester' })
  // From here on the task is under a policy set.
  clear(drive, 'a', ['domain-1'], sets[3]!.set)
  for (const each of steps) {
    try {
      take(drive, each)
    } catch (error) {
      if (!(error instanceof EntenteError)) throw error
    }
  }
  return drive.history
}

/** What reached a domain that should not have it, by the last word on that subtask before it was given out. */
function leaks(history: readonly TaskEvent[]): string[] {
  return history.flatMap((event, place) => {
    if (event.type !== 'SubtaskAssigned' || !JSON.stringify(event.input).includes(secret)) return []
    const before = history.slice(0, place)
    const decided = before.findLast(each => each.type === 'FlowsDecided' && each.subtaskId === event.subtaskId)
    const version = decided?.type === 'FlowsDecided' ? decided.policy.version : null
    const mayHave = sets.find(({ set }) => set.version === version)?.mayHave
    const isApproved = before.some(
      each =>
        each.type === 'ApprovalAnswered' &&
        each.subtaskId === event.subtaskId &&
        each.granted &&
        each.by?.approver === officer,
    )
    return event.chosen
      .filter(({ domainId }) => !mayHave?.(domainId, isApproved))
      .map(({ domainId }) => `${event.subtaskId} to ${domainId} under ${version}`)
  })
}

describe('no sequence of events', () => {
  it('lets a payload reach a domain that the policy denies it', () => {
    let reached = 0
    fc.assert(
      fc.property(plan, fc.array(step, { minLength: 10, maxLength: 30 }), (made, steps) => {
        const history = run(made, steps)
        reached += history.filter(
          each => each.type === 'SubtaskAssigned' && JSON.stringify(each.input).includes(secret),
        ).length
        expect(leaks(history)).toEqual([])
      }),
      { numRuns: 150 },
    )
    // Of nothing that was given out nothing would have been shown.
    expect(reached).toBeGreaterThan(50)
  })

  it('would pass unseen: a mask that is forgotten is found', () => {
    const history = run(planOf([{ id: 'a', input: 'input' }]), [
      { do: 'clear', id: 'a', set: 1, to: ['2'] },
      { do: 'assign', id: 'a', to: ['2'] },
    ])
    const unmasked = history.map(event => (event.type === 'SubtaskAssigned' ? { ...event, input } : event))
    expect(leaks(history)).toEqual([])
    expect(leaks(unmasked)).toEqual(['a to domain-2 under 1.0.1'])
  })
})
