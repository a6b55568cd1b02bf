import { parseArgs } from 'node:util'
import { wholeNumber } from '../harness/whole-number.ts'
import { strikableRoles, type VictimRole, victimRoles } from './plan-kills.ts'

/** Of any number that is given. */
const most = 1_000_000

export interface ChaosOptions {
  readonly seed: number
  readonly tasks: number
  readonly kills: number
  readonly victims: readonly VictimRole[]
  readonly coordinators: number
  /** Tasks under way at once. */
  readonly inFlight: number
  /** Seconds that a killed process stays away. */
  readonly away: number
  /** Seconds that a process stands still, instead of being killed; 0 where they are killed. */
  readonly stall: number
  /** Seconds that an agent has for an attempt. */
  readonly deadline: number
  readonly minutes: number
  readonly json: boolean
  /** Leaves the folder of the run, with every log. */
  readonly keep: boolean
}

export const help = `npm run chaos -- [options]

Kills processes of a running consortium with SIGKILL and starts each again, or has them stand still with SIGSTOP, and
checks at the end that nothing was lost, nothing happened twice, and nobody was at fault for what others did.
Exit status: 0 all of it holds, 1 something does not, 2 the command is wrong.

  --seed N          decides what is killed, and when (default 1)
  --tasks N         tasks of ten subtasks each (default 200)
  --kills N         kills in all, or times that one stands still (default 50)
  --victims LIST    among whom, separated by commas: ${strikableRoles.join(',')}
                    (default all but the last two, which have no part in any task)
  --coordinators N  how many of them (default 2)
  --in-flight N     tasks under way at once (default 40)
  --away N          seconds that a killed process stays away (default 0)
  --stall N         seconds that a process stands still, instead of being killed
  --deadline N      seconds that an agent has for an attempt (default 60)
  --minutes N       how long the run may take (default 15)
  --json            print the report as JSON on standard output; progress goes to standard error
  --keep            leave the folder of the run, with the log of each process
`

/** @throws RangeError or TypeError saying which option is wrong */
export function readOptions(args: string[]): ChaosOptions | 'help' {
  const number = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: {
      ...{ seed: number, tasks: number, kills: number, 'in-flight': number, minutes: number, coordinators: number },
      ...{ away: number, stall: number, deadline: number },
      ...{ victims: { type: 'string' } as const, json: flag, keep: flag, help: flag },
    },
  })
  if (values.help) return 'help'
  return {
    seed: wholeNumber('seed', values.seed, { usual: 1, least: 0, most }),
    tasks: wholeNumber('tasks', values.tasks, { usual: 200, least: 1, most }),
    kills: wholeNumber('kills', values.kills, { usual: 50, least: 0, most }),
    coordinators: wholeNumber('coordinators', values.coordinators, { usual: 2, least: 1, most: 16 }),
    inFlight: wholeNumber('in-flight', values['in-flight'], { usual: 40, least: 1, most }),
    away: wholeNumber('away', values.away, { usual: 0, least: 0, most: 600 }),
    stall: wholeNumber('stall', values.stall, { usual: 0, least: 0, most: 600 }),
    deadline: wholeNumber('deadline', values.deadline, { usual: 60, least: 1, most: 3_600 }),
    minutes: wholeNumber('minutes', values.minutes, { usual: 15, least: 1, most }),
    victims: victimsOf(values.victims),
    json: values.json,
    keep: values.keep,
  }
}

function victimsOf(given: string | undefined): VictimRole[] {
  const names = given?.split(',') ?? [...victimRoles]
  const unknown = names.filter(name => !strikableRoles.includes(name as VictimRole))
  if (unknown.length > 0) throw new RangeError(`--victims takes ${strikableRoles.join(',')}, not ${unknown.join(',')}`)
  return names as VictimRole[]
}
