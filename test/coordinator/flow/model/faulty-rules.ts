import { consequence } from '../../../../coordinator/flow/consequences.ts'
import { contentHash } from '../../../../protocol/canonical.ts'
import { goldHash } from '../../../../protocol/gold.ts'
import type { checks } from './invariants.ts'
import {
  asIfOpen,
  askedOf,
  eachEvent,
  eachNode,
  eachSubtask,
  onAnother,
  settlementWith,
  when,
  withEvents,
} from './spoil-rules.ts'
import type { Rules } from './step.ts'
import { realRules } from './world.ts'

/** Rules with one fault in them, and the invariant that must find it. */
export interface Faulty {
  readonly fault: string
  readonly foundBy: keyof typeof checks | 'aVerifierAgrees'
  /** Afresh for each task: some faults have a memory. */
  readonly rules: () => Rules
}

const { decide, evolve } = realRules

export const faultyRules: readonly Faulty[] = [
  {
    fault: 'an answer to an attempt that is over counts',
    foundBy: 'answeredOnce',
    rules: () => ({ evolve, decide: (task, command) => decide(task, asIfOpen(task, command)) }),
  },
  {
    fault: 'an agent is heard twice',
    foundBy: 'answeredOnce',
    rules: when('receive', task => eachSubtask(task, () => ({ said: new Map() }))),
  },
  {
    fault: 'an agent is heard that was given up',
    foundBy: 'answeredOnce',
    rules: when('receive', task => eachSubtask(task, () => ({ expired: new Set() }))),
  },
  {
    fault: 'an agent is heard that was not asked',
    foundBy: 'answeredOnce',
    rules: when('receive', task =>
      eachSubtask(task, ({ attempts }) => ({ asked: new Map([[attempts, ['1', '2', '3', '4', '5', '12']]]) })),
    ),
  },
  {
    fault: 'work is given out while the task is paused',
    foundBy: 'givenInOrder',
    rules: when('assign', task => ({ ...task, paused: false })),
  },
  {
    fault: 'work is given to an agent that does not take it',
    foundBy: 'givenInOrder',
    rules: when('assign', task => eachSubtask(task, () => ({ fit: null }))),
  },
  {
    fault: 'work is given out before what it waits for',
    foundBy: 'givenInOrder',
    rules: when('assign', task => eachNode(task, () => ({ after: [] }))),
  },
  {
    fault: 'work is given out that the budget cannot pay',
    foundBy: 'givenInOrder',
    rules: when('assign', task => ({ ...task, submitted: { ...task.submitted!, budget: `${10n ** 12n}` } })),
  },
  {
    fault: 'what was broken off keeps what it held',
    foundBy: 'reservedByHistory',
    rules: () => ({
      decide,
      evolve: (task, event) =>
        event.type === 'AttemptPreempted' ? { ...task, length: task.length + 1 } : evolve(task, event),
    }),
  },
  {
    fault: 'an attempt is broken off that its plan does not let be',
    foundBy: 'preemptedByRule',
    rules: when('preempt', task => eachNode(task, () => ({ preemptible: true }))),
  },
  {
    fault: 'attempts without end',
    foundBy: 'givenInOrder',
    rules: onAnother(task => eachNode(task, () => ({ attempts: 99 }))),
  },
  {
    fault: 'what is late ends a task again',
    foundBy: 'endsOnce',
    rules: onAnother((task, { type }) => (task.plan && type === 'passTime' ? { ...task, state: 'working' } : task)),
  },
  {
    fault: 'proven before it is settled',
    foundBy: 'endsOnce',
    rules: when('recordProof', task => ({ ...task, settled: true })),
  },
  {
    fault: 'settled twice',
    foundBy: 'settledOnce',
    rules: when('recordSettlement', task => ({ ...task, settled: false })),
  },
  {
    fault: 'settled outside of a batch',
    foundBy: 'settledInItsBatch',
    rules: when('recordSettlement', task => ({ ...task, batch: task.batch ?? ({} as never) })),
  },
  {
    fault: 'in two batches at a time',
    foundBy: 'settledInItsBatch',
    rules: when('recordBatch', task => ({ ...task, batch: null })),
  },
  {
    fault: 'a unit is lost',
    foundBy: 'settledOnce',
    rules: settlementWith(budget => ({ payments: [], fee: '0', refund: `${budget - 1n}` })),
  },
  {
    fault: 'an agent is paid that did nothing',
    foundBy: 'settledOnce',
    rules: settlementWith(budget => ({ payments: [{ agentId: '99', amount: `${budget}` }], fee: '0', refund: '0' })),
  },
  {
    fault: 'the task is changed in place',
    foundBy: 'nothingChanges',
    rules: withEvents((events, _, task) => {
      for (const progress of task.subtasks.values()) Object.assign(progress, { faults: [1] })
      return events
    }),
  },
  {
    fault: 'what ended is still carried along as live',
    foundBy: 'overviewHolds',
    rules: () => ({
      decide,
      evolve: (task, event) => {
        const next = evolve(task, event)
        const { live } = task.overview
        return event.type === 'SubtaskCompleted' ? { ...next, overview: { ...next.overview, live } } : next
      },
    }),
  },
  {
    fault: 'an event is forgotten',
    foundBy: 'nothingChanges',
    rules: () => ({ decide, evolve: (task, event) => (event.type === 'RevealOpened' ? task : evolve(task, event)) }),
  },
  {
    fault: 'a wait has no deadline',
    foundBy: 'nothingWaitsForEver',
    rules: eachEvent(event =>
      event.type === 'WaitBegun' ? { ...event, deadlineMs: Number.POSITIVE_INFINITY } : event,
    ),
  },
  {
    fault: 'a compensation waits for somebody to be asked, for ever',
    foundBy: 'nothingWaitsForEver',
    rules: () => ({
      decide,
      evolve: (task, event) => {
        const next = evolve(task, event)
        return event.type === 'CompensationOpened'
          ? eachSubtask(next, ({ attempts }) => (attempts ? {} : { begunAtMs: null }))
          : next
      },
    }),
  },
  {
    fault: 'nobody says that an approval was not answered',
    foundBy: 'timeEndsIt',
    rules: withEvents(events =>
      events.some(each => each.type === 'ApprovalAnswered' && each.by === null) ? [] : events,
    ),
  },
  {
    fault: 'the fold remembers',
    foundBy: 'isItsFold',
    rules() {
      let folded = 0
      return { decide, evolve: (task, event) => ({ ...evolve(task, event), pauseSignedAtMs: ++folded % 40 }) }
    },
  },
  {
    fault: 'an event that JSON cannot carry',
    foundBy: 'isItsFold',
    rules: eachEvent(event => (event.type === 'WaitBegun' ? { ...event, deadlineMs: Number.NaN } : event)),
  },
  {
    fault: 'a signature counts a second time',
    foundBy: 'onlyOnce',
    rules: when('signal', task => eachSubtask(task, () => ({ heard: null }))),
  },
  {
    fault: 'a pause again and again',
    foundBy: 'onlyOnce',
    rules: when('pause', task => ({ ...task, paused: false, pauseSignedAtMs: 0 })),
  },
  {
    fault: 'what follows is left for another time',
    foundBy: 'nothingIsOwed',
    rules: withEvents((events, { type }) => (type === 'receive' ? events.slice(0, 1) : events)),
  },
  {
    fault: 'an approval brings about nothing',
    foundBy: 'asExpected',
    rules: withEvents((events, { type }) => (type === 'answerApproval' ? [] : events)),
  },
  {
    fault: 'an answer is taken from anybody',
    foundBy: 'asExpected',
    rules: onAnother((task, command) =>
      command.type === 'answerQuestion' ? askedOf(task, { from: [command.by!.signer] }) : task,
    ),
  },
  {
    fault: 'any answer is taken',
    foundBy: 'asExpected',
    rules: when('answerQuestion', task => askedOf(task, { answerSchema: {} })),
  },
  {
    fault: 'an answer is taken late',
    foundBy: 'asExpected',
    rules: when('answerQuestion', task => askedOf(task, { deadlineMs: Number.POSITIVE_INFINITY })),
  },
  {
    fault: 'an answer to another question is taken',
    foundBy: 'asExpected',
    rules: onAnother((task, command) =>
      command.type === 'answerQuestion' ? askedOf(task, { contentHash: command.contentHash }) : task,
    ),
  },
  {
    fault: 'a person is refused without a code',
    foundBy: 'asExpected',
    rules: () => ({
      evolve,
      decide(task, command) {
        try {
          return decide(task, command)
        } catch {
          throw new TypeError('something is undefined')
        }
      },
    }),
  },
  {
    fault: 'an attempt has longer than was said',
    foundBy: 'knownDeadline',
    rules: () => ({
      decide,
      evolve: (task, event) =>
        evolve(task, event.type === 'SubtaskAssigned' ? { ...event, deadlineMs: event.deadlineMs + 1 } : event),
    }),
  },
  {
    fault: 'the same wait is warned of again and again',
    foundBy: 'warnedOnce',
    rules: when('passTime', task => eachSubtask(task, () => ({ warned: false }))),
  },
  {
    fault: 'a plan is replaced whatever the order says',
    foundBy: 'replannedInOrder',
    rules: onAnother(task => ({ ...task, replanning: { ...task.replanning, made: 0 } })),
  },
  {
    fault: 'what is done is given up with the rest',
    foundBy: 'replannedInOrder',
    rules: eachEvent(event => {
      if (event.type !== 'TaskReplanned') return event
      const subtasks = event.plan.subtasks.filter(({ id }) => event.added.includes(id))
      const plan = { ...event.plan, subtasks }
      return { ...event, plan, planHash: contentHash(plan) }
    }),
  },
  {
    fault: 'another plan brings another budget',
    foundBy: 'replannedInOrder',
    rules: () => ({
      decide,
      evolve: (task, event) => {
        const next = evolve(task, event)
        const submitted = next.submitted && { ...next.submitted, budget: `${BigInt(next.submitted.budget) + 1n}` }
        return event.type === 'TaskReplanned' ? { ...next, submitted } : next
      },
    }),
  },
  {
    fault: 'what is known is told before all have answered',
    foundBy: 'asExpected',
    rules: when('openGold', task =>
      eachSubtask(task, ({ assigned }) => ({ expired: new Set(assigned?.chosen.map(({ agentId }) => agentId)) })),
    ),
  },
  {
    fault: 'another answer is told than was named before',
    foundBy: 'asExpected',
    rules: onAnother((task, command) =>
      command.type === 'openGold'
        ? eachSubtask(task, ({ assigned }) =>
            assigned?.gold ? { assigned: { ...assigned, gold: { question: goldHash(command.question) } } } : {},
          )
        : task,
    ),
  },
  {
    fault: 'a judge is asked whom the plan does not name',
    foundBy: 'judgedByRule',
    rules: when('receive', task => eachNode(task, () => ({ judge: { criterion: 'any', deadlineMs: 100 } }))),
  },
  {
    fault: 'a judge decides that contradicts itself',
    foundBy: 'judgedByRule',
    rules: () => ({
      evolve,
      decide: (task, command) => {
        if (command.type !== 'answerJudge') return decide(task, command)
        const [answered] = decide(task, command)
        if (answered?.type !== 'JudgeAnswered') return []
        const first = { ...answered, chosen: answered.choices[0]! }
        const next = consequence(evolve(task, first), command.atMs)
        return next ? [first, next] : [first]
      },
    }),
  },
  {
    fault: 'a judge is waited for whatever the time',
    foundBy: 'timeEndsIt',
    rules: withEvents(events => (events.some(({ type }) => type === 'JudgeGivenUp') ? [] : events)),
  },
  {
    fault: 'the refund goes to the treasury',
    foundBy: 'aVerifierAgrees',
    rules: settlementWith(budget => ({ payments: [], fee: `${budget}`, refund: '0' })),
  },
]
