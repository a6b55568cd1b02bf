import { agreeOn, type Experiment } from '../../coordinator/lab/agree-on.ts'
import { readAnswers } from '../../coordinator/lab/read-answers.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { readText } from '../read-text.ts'

export interface AgreeOptions {
  readonly answers: string
  readonly panel: string
  readonly colluders: string
  readonly lieRate: string
  readonly gold: string
  readonly draws: string
  readonly seed: string
}

/** `entente lab agree`: how often rules of agreement are right on a file of answers, with colluders among the voters. */
export function agree(options: AgreeOptions): void {
  const experiment = experimentOf(options)
  const answers = readAnswers(readText(options.answers))
  const accuracy = agreeOn(answers, experiment)
  const { colluders, lieRate, gold, draws, seed } = experiment
  const questions = answers.correct.length
  const line = { panel: options.panel, colluders, lieRate, gold, draws, seed, questions, accuracy }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function experimentOf({ panel, colluders, lieRate, gold, draws, seed }: AgreeOptions): Experiment {
  const kind = /^(random|top):(\d{1,3})$/.exec(panel)
  if (!kind || Number(kind[2]) === 0) return refuse('panel', 'random:9 or top:9, of at least one model', panel)
  return {
    panel: { by: kind[1] as 'random' | 'top', size: Number(kind[2]) },
    colluders: wholeOf('colluders', colluders, 0),
    lieRate: shareOf('lie-rate', lieRate),
    gold: shareOf('gold', gold),
    draws: wholeOf('draws', draws, 1),
    seed,
  }
}

function wholeOf(option: string, text: string, least: number): number {
  const number = Number(text)
  return /^\d{1,4}$/.test(text) && number >= least ? number : refuse(option, `a whole number, ${least} to 9999`, text)
}

function shareOf(option: string, text: string): number {
  const number = Number(text)
  return text.trim() !== '' && number >= 0 && number <= 1 ? number : refuse(option, 'a share from 0 to 1', text)
}

function refuse(option: string, wanted: string, got: string): never {
  throw new EntenteError('COMMAND_INVALID', `--${option} takes ${wanted}, not ${got}`)
}
