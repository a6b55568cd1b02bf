import { consequence } from '../../../../coordinator/flow/consequences.ts'
import { goldHash } from '../../../../protocol/gold.ts'
import type { Faulty } from './faulty.ts'
import { asIfOpen, eachEvent, eachNode, eachSubtask, onAnother, when, withEvents } from './spoil-rules.ts'
import { realRules } from './world.ts'

const { decide, evolve } = realRules

/** Faults in how work is given out, answered and judged, and how long it may take. */
export const faultyWork: readonly Faulty[] = [
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
    fault: 'agents are excused before their time is over',
    foundBy: 'silentInTheirTime',
    rules: when('excuse', task => eachSubtask(task, () => ({ phaseDeadlineMs: 0 }))),
  },
  {
    fault: 'agents are at fault though they are excused',
    foundBy: 'silentInTheirTime',
    rules: () => ({
      decide,
      evolve: (task, event) =>
        evolve(
          task,
          event.type === 'AttemptExpired' && event.phase === 'excused' ? { ...event, phase: 'execute' } : event,
        ),
    }),
  },
  {
    fault: 'agents are at fault for time that they were not given',
    foundBy: 'silentInTheirTime',
    rules: () => ({
      decide,
      evolve: (task, event) =>
        event.type === 'AttemptExpired'
          ? evolve(
              eachSubtask(task, () => ({ givenMs: 10 ** 9 })),
              event,
            )
          : evolve(task, event),
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
    rules: onAnother(task => eachNode(task, () => ({ judge: { criterion: 'any', deadlineMs: 100 } }))),
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
]
