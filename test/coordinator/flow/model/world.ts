import type { Command } from '../../../../coordinator/flow/command.ts'
import { decide } from '../../../../coordinator/flow/decide.ts'
import { evolve } from '../../../../coordinator/flow/evolve.ts'
import { keep } from '../../../../coordinator/flow/kept-task.ts'
import { screen } from '../../../../coordinator/flow/screen.ts'
import { type Task, unknownTask } from '../../../../coordinator/flow/state.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import { taskId } from '../drive.ts'
import type { Belief } from './belief.ts'
import type { Check, Rules, Step } from './step.ts'
import { type Setup, startMs } from './templates.ts'

export const realRules: Rules = { decide, evolve }

type Timeless<C> = C extends Command ? Omit<C, 'atMs'> : never
/** A command on its way: it may arrive at any time, and any number of times. */
export type Message = Timeless<Command>

/** The real system: a task under some rules, its history, and all that was ever said to it. */
export class World {
  readonly setup: Setup
  readonly rules: Rules
  readonly checks: readonly Check[]
  task: Task = unknownTask(taskId)
  readonly history: TaskEvent[] = []
  /** What was sent; nothing is ever lost for good. */
  readonly bag: Message[] = []
  /** What models answered, by the hash of its record. */
  readonly records = new Map<string, Json>()
  nowMs = startMs
  #copy = structuredClone(keep(this.task))

  constructor(setup: Setup, rules: Rules, checks: readonly Check[]) {
    this.setup = setup
    this.rules = rules
    this.checks = checks
  }

  /** Takes a command as a coordinator would, whose clock may be a little off, and asks every check of what came of it. */
  take(belief: Belief, message: Message, skewMs = 0): TaskEvent[] {
    const before = this.task
    const command = screenedAnew(before, { ...message, atMs: this.nowMs + skewMs } as Command)
    const { events, refusal } = this.#decided(command)
    const after = events.reduce(this.rules.evolve, before)
    const step: Step = { world: this, belief, command, before, copy: this.#copy, events, refusal, after }
    for (const { check } of this.checks) check(step)
    this.task = after
    if (events.length > 0) this.#copy = structuredClone(keep(after))
    this.history.push(...events)
    for (const event of events) belief.read(event)
    return events
  }

  #decided(command: Command): { events: TaskEvent[]; refusal: unknown } {
    try {
      return { events: this.rules.decide(this.task, command), refusal: null }
    } catch (refusal) {
      return { events: [], refusal }
    }
  }
}

/** Whoever screens a task does so when it says so: what was decided of it cannot come late. */
function screenedAnew({ submitted }: Task, command: Command): Command {
  if (command.type !== 'screen' || !submitted) return command
  return { ...command, ...screen(submitted, { domainActive: command.decision === 'permit' }, command.atMs) }
}
