import { simulate } from '../../coordinator/lab/incentives/simulate.ts'
import { sweep, varied } from '../../coordinator/lab/incentives/sweep.ts'
import { usualScene } from '../../coordinator/lab/incentives/usual-scene.ts'
import { EntenteError } from '../../protocol/errors.ts'

export interface IncentivesOptions {
  readonly tasks: string
  readonly seed: string
  readonly gold: string
  readonly stake: string
  readonly wrongPenalty: string
  readonly colluders: string
  readonly colludeRate: string
  readonly errorRate: string
  readonly jailAfter: string
  readonly sweep?: true
}

/** `entente lab incentives`: who earns what, in credits for one organisation and task, as one JSON document. */
export function incentives(options: IncentivesOptions): void {
  const { seed } = options
  const tasks = numberOf('tasks', options.tasks, 1, 1_000_000, 'whole')
  const given = {
    gold: numberOf('gold', options.gold, 0, 1),
    stake: numberOf('stake', options.stake, 0, 1_000_000),
    wrongPenalty: numberOf('wrong-penalty', options.wrongPenalty, 0, 1),
    colluders: numberOf('colluders', options.colluders, 0, 17, 'whole'),
    colludeRate: numberOf('collude-rate', options.colludeRate, 0, 1),
    errorRate: numberOf('error-rate', options.errorRate, 0, 1),
  }
  const jailAfter = numberOf('jail-after', options.jailAfter, 0, 1_000_000, 'whole')
  const scene = varied({ ...usualScene, tasks, seed, jailAfter }, given)
  const found = options.sweep ? { curves: sweep(scene) } : simulate(scene)
  process.stdout.write(`${JSON.stringify({ tasks, seed, ...given, jailAfter, ...found }, null, 2)}\n`)
}

function numberOf(option: string, text: string, least: number, most: number, kind?: 'whole'): number {
  const number = Number(text)
  const fits = text.trim() !== '' && number >= least && number <= most && (!kind || Number.isInteger(number))
  if (fits) return number
  const takes = `${kind ? 'a whole number' : 'a number'} from ${least} to ${most}`
  throw new EntenteError('COMMAND_INVALID', `--${option} takes ${takes}, not ${text}`)
}
