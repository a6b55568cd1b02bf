import { parseArgs } from 'node:util'

export interface SoakOptions {
  readonly seed: number
  readonly messages: number
  readonly inFlight: number
  /** Between two faults. */
  readonly everyMs: number
  /** Outcomes of a hundred that the business side does not hear the first time; they are said again half a minute later. */
  readonly unheardPercent: number
  /** Keys of the gateways that share the messages. */
  readonly signers: number
  /** Whether messages of a key go in one transaction where they can. */
  readonly together: boolean
  readonly minutes: number
  readonly json: boolean
}

export const help = `npm run soak -- gateway [options]

Sends messages through two gateways while their node, their keys' funds and they themselves fail by a schedule that follows
from the seed, and checks at the end that every message had its effect once. Exit status: 0 all of it holds, 1 something
does not, 2 the command is wrong.

  --seed N        decides what fails, and when (default 1)
  --messages N    messages in all (default 100000)
  --in-flight N   messages under way at once (default 256)
  --every MS      a fault so often (default 2000)
  --unheard N     outcomes of a hundred that are lost the first time, and said again half a minute later (default 1)
  --signers N     keys that share the messages; with a pool every second message keeps to an order (default 1)
  --together      messages of a key go in one transaction, but those that keep to an order
  --minutes N     how long the run may take (default 30)
  --json          print the report as JSON on standard output; progress goes to standard error
`

/** @throws RangeError or TypeError saying which option is wrong */
export function readOptions(args: string[]): SoakOptions | 'help' {
  const number = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{
        seed: number,
        messages: number,
        'in-flight': number,
        every: number,
        unheard: number,
        signers: number,
        minutes: number,
      },
      ...{ together: flag, json: flag, help: flag },
    },
  })
  if (values.help) return 'help'
  if (positionals.join() !== 'gateway') throw new RangeError('there is one soak run: gateway')
  return {
    seed: whole('seed', values.seed, 1, 0),
    messages: whole('messages', values.messages, 100_000, 1),
    inFlight: whole('in-flight', values['in-flight'], 256, 1),
    everyMs: whole('every', values.every, 2_000, 100),
    unheardPercent: whole('unheard', values.unheard, 1, 0),
    signers: whole('signers', values.signers, 1, 1),
    together: values.together,
    minutes: whole('minutes', values.minutes, 30, 1),
    json: values.json,
  }
}

function whole(name: string, given: string | undefined, usual: number, least: number): number {
  const value = given === undefined ? usual : Number(given)
  if (Number.isInteger(value) && value >= least && value <= 10_000_000) return value
  throw new RangeError(`--${name} takes a whole number from ${least}, not ${given}`)
}
