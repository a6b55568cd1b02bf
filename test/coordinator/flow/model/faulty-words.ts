import type { Faulty } from './faulty.ts'
import { askedOf, eachSubtask, onAnother, when, withEvents } from './spoil-rules.ts'
import { realRules } from './world.ts'

const { decide, evolve } = realRules

/** Faults in what people are asked, and say. */
export const faultyWords: readonly Faulty[] = [
  {
    fault: 'a signature counts a second time',
    foundBy: 'onlyOnce',
    rules: when('signal', task => eachSubtask(task, () => ({ heard: null }))),
  },
  {
    fault: 'a signal is taken late',
    foundBy: 'asExpected',
    rules: when('signal', task =>
      eachSubtask(task, ({ phase }) => (phase === 'awaiting' ? { phaseDeadlineMs: Number.POSITIVE_INFINITY } : {})),
    ),
  },
  {
    fault: 'a pause again and again',
    foundBy: 'onlyOnce',
    rules: when('pause', task => ({ ...task, paused: false, pauseSignedAtMs: 0 })),
  },
  {
    fault: 'an approval brings about nothing',
    foundBy: 'asExpected',
    rules: withEvents((events, { type }) => (type === 'answerApproval' ? [] : events)),
  },
  {
    fault: 'an approval is taken late',
    foundBy: 'asExpected',
    rules: when('answerApproval', task =>
      eachSubtask(task, ({ approval }) => ({
        approval: approval && { ...approval, deadlineMs: Number.POSITIVE_INFINITY },
      })),
    ),
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
]
