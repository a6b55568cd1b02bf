import { isEnded } from '../../../../coordinator/flow/state.ts'
import { contentHash } from '../../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import type { Faulty } from './faulty.ts'
import { eachEvent, onAnother, settlementWith, when, withEvents } from './spoil-rules.ts'
import { realRules } from './world.ts'

const { decide, evolve } = realRules

/** Faults in plans, ends, money, and the fold itself. */
export const faultyEnds: readonly Faulty[] = [
  {
    fault: 'what no message has room for is written',
    foundBy: 'inOneMessage',
    rules: onAnother(task => ({ ...task, messageBytes: null })),
  },
  {
    fault: 'what is late ends a task again',
    foundBy: 'endsOnce',
    rules: onAnother((task, { type }) => (task.plan && type === 'passTime' ? { ...task, state: 'working' } : task)),
  },
  {
    fault: 'what is reserved after the end is kept',
    foundBy: 'asExpected',
    rules: when('recordFunding', task => (isEnded(task) ? { ...task, funded: true } : task)),
  },
  {
    fault: 'what is reserved after the proof is settled',
    foundBy: 'endsOnce',
    rules: when('recordFunding', task => ({ ...task, proven: null })),
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
    fault: 'members lie as whoever wrote them had them',
    foundBy: 'isItsFold',
    rules: eachEvent(event => Object.fromEntries(Object.entries(event).reverse()) as TaskEvent),
  },
  {
    fault: 'what follows is left for another time',
    foundBy: 'nothingIsOwed',
    rules: withEvents((events, { type }) => (type === 'receive' ? events.slice(0, 1) : events)),
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
    fault: 'the refund goes to the treasury',
    foundBy: 'aVerifierAgrees',
    rules: settlementWith(budget => ({ payments: [], fee: `${budget}`, refund: '0' })),
  },
]
