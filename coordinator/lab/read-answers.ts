import { EntenteError } from '../../protocol/errors.ts'
import { type Ballots, none } from '../flow/agree/ballots.ts'

/** What many models answered to the same questions, and what is right. */
export interface Answers extends Ballots {
  /** By question. */
  readonly correct: Int16Array
}

const header = 'question_id,category,correct,answers'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * Reads `question_id,category,correct,answers`, of which `answers` is one letter a model, `-` where it gave none. How many
 * models there are follows from the first line.
 * @throws EntenteError ANSWERS_INVALID
 */
export function readAnswers(text: string): Answers {
  const [first, ...lines] = text.split(/\r?\n/)
  if (first?.replace(/^\uFEFF/, '') !== header) return refuse(1, `the header is not ${header}`)
  while (lines.at(-1) === '') lines.pop()
  if (lines.length === 0) return refuse(2, 'there is no question')
  const rows = lines.map((line, place) => rowOf(line, place + 2))
  const models = rows[0]!.answers.length
  const uneven = rows.findIndex(({ answers }) => answers.length !== models)
  if (uneven >= 0) refuse(uneven + 2, `${rows[uneven]!.answers.length} answers, and ${models} on line 2`)
  const names = [...new Set(rows.map(({ category }) => category))].sort()
  const placeOf = new Map(names.map((name, place) => [name, place]))
  const votes = Array.from({ length: models }, (_, model) =>
    Int16Array.from(rows, ({ answers }) => letters.indexOf(answers[model]!)),
  )
  const correct = Int16Array.from(rows, row => letters.indexOf(row.correct))
  return {
    // Letters that nobody gives and that are never right are no options.
    options: Math.max(1, ...[correct, ...votes].map(column => column.reduce((a, b) => Math.max(a, b), none))) + 1,
    votes,
    categories: Int16Array.from(rows, ({ category }) => placeOf.get(category)!),
    correct,
  }
}

interface Row {
  readonly category: string
  readonly correct: string
  readonly answers: string
}

function rowOf(line: string, number: number): Row {
  const row = /^([^,]+),([^,]+),([A-Z]),([A-Z-]+)$/.exec(line)
  if (!row)
    return refuse(number, `"${line.slice(0, 60)}" is not a question, its category, a letter A to Z, and letters or -`)
  const [, , category, correct, answers] = row
  return { category: category!, correct: correct!, answers: answers! }
}

function refuse(line: number, why: string): never {
  throw new EntenteError('ANSWERS_INVALID', `line ${line}: ${why}`)
}
