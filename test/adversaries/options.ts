import { parseArgs } from 'node:util'
import { wholeNumber } from '../harness/whole-number.ts'

/** Of any number that is given. */
const most = 100_000

export interface AdversaryOptions {
  readonly seed: string
  readonly batches: number
  readonly minutes: number
  readonly json: boolean
}

export const help = `npm run adversaries -- [options]

Posts wrong batches, each rule broken in turn, and as many right ones among them, on a chain of its own, while a tower
watches by itself. Exit status: 0 every wrong one was condemned by the tower and every right one became final, 1 one was not,
2 the command is wrong.

  --seed TEXT     what all is drawn from (default 1)
  --batches N     wrong batches; as many right ones (default 1000)
  --minutes N     how long the run may take (default 60)
  --json          print the report as JSON on standard output; progress goes to standard error
`

/** @throws RangeError or TypeError saying which option is wrong */
export function readOptions(args: string[]): AdversaryOptions | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: { seed: text, batches: text, minutes: text, json: flag, help: flag },
  })
  if (values.help) return 'help'
  return {
    seed: values.seed ?? '1',
    batches: wholeNumber('batches', values.batches, { usual: 1_000, least: 1, most }),
    minutes: wholeNumber('minutes', values.minutes, { usual: 60, least: 1, most }),
    json: values.json,
  }
}
