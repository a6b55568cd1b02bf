import { parseArgs } from 'node:util'
import { wholeNumber } from '../harness/whole-number.ts'

/** Of any number that is given. */
const most = 10_000_000

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
    seed: wholeNumber('seed', values.seed, { usual: 1, least: 0, most }),
    messages: wholeNumber('messages', values.messages, { usual: 100_000, least: 1, most }),
    inFlight: wholeNumber('in-flight', values['in-flight'], { usual: 256, least: 1, most }),
    everyMs: wholeNumber('every', values.every, { usual: 2_000, least: 100, most }),
    unheardPercent: wholeNumber('unheard', values.unheard, { usual: 1, least: 0, most: 100 }),
    signers: wholeNumber('signers', values.signers, { usual: 1, least: 1, most }),
    together: values.together,
    minutes: wholeNumber('minutes', values.minutes, { usual: 30, least: 1, most }),
    json: values.json,
  }
}
