import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { majorityVote } from '../../../coordinator/flow/agree/ballots.ts'
import { agreeOn, type Experiment } from '../../../coordinator/lab/agree-on.ts'
import { collude } from '../../../coordinator/lab/collude.ts'
import { dawidSkeneVote } from '../../../coordinator/lab/dawid-skene.ts'
import { oneCoinVote } from '../../../coordinator/lab/one-coin.ts'
import { randomOf } from '../../../coordinator/lab/random.ts'
import { readAnswers } from '../../../coordinator/lab/read-answers.ts'

const answers = readAnswers(readFileSync(new URL('../../data/llm-panel/answers.csv', import.meta.url), 'utf8'))

function accuracy(panel: Experiment['panel'], others: Partial<Experiment> = {}) {
  return agreeOn(answers, { panel, colluders: 0, lieRate: 1, gold: 0.02, draws: 1, seed: 'test', ...others })
}
const top = (size: number) => ({ by: 'top', size }) as const
const random = (size: number) => ({ by: 'random', size }) as const

describe('on 6,020 questions that 29 language models answered, with 2 % gold', () => {
  it('nine at random are right .04 more often than their majority', () => {
    const { entente, majority, bestMember } = accuracy(random(9), { draws: 3 })
    expect(entente - majority).toBeGreaterThan(0.04)
    expect(entente).toBeGreaterThan(bestMember - 0.02)
  })

  it.each([6, 8, 16])('nine of the best beside %i who share a lie are right .70 of the time', colluders => {
    const { entente, majority } = accuracy(top(9), { colluders })
    expect(entente).toBeGreaterThan(0.7)
    expect(majority).toBeLessThan(0.45)
  })

  it('twelve who lie on two questions in five and look honest on the others', () => {
    const { entente, oneCoin, majority } = accuracy(top(9), { colluders: 12, lieRate: 0.4 })
    expect(entente).toBeGreaterThan(0.68)
    expect([oneCoin, majority].every(share => share < 0.45)).toBe(true)
  })

  it.each([random(3), random(5), random(7), top(3), top(5), top(7), top(9)])('%j are never worse for it', panel => {
    const { entente, majority } = accuracy(panel)
    expect(entente).toBeGreaterThan(majority - 0.005)
  })

  it('halves of the file agree on that: nothing is fitted to one', () => {
    for (const half of [0, 1]) {
      const of = (column: Int16Array) => column.filter((_, question) => question % 2 === half)
      const { options, votes, categories, correct } = answers
      const part = { options, votes: votes.map(of), categories: of(categories), correct: of(correct) }
      const experiment = { panel: top(9), colluders: 8, lieRate: 1, gold: 0.04, draws: 1, seed: 'half' }
      expect(agreeOn(part, experiment).entente).toBeGreaterThan(0.7)
    }
  })

  it('the same seed gives the same figures, another seed others', () => {
    const draw = (seed: string) => accuracy(random(5), { seed })
    expect(draw('a')).toEqual(draw('a'))
    expect(draw('a')).not.toEqual(draw('b'))
  })
})

describe('rules without gold, for comparison', () => {
  it('find who is better, and fall to who lies together', () => {
    const honest = { ...answers, votes: answers.votes.slice(0, 9) }
    const right = (decided: Int16Array) =>
      decided.filter((option, question) => option === answers.correct[question]).length
    for (const rule of [oneCoinVote, dawidSkeneVote]) {
      expect(right(rule(honest))).toBeGreaterThan(right(majorityVote(honest)))
      const lies = collude(answers, [20], { colluders: 8, lieRate: 1 }, randomOf('lies'))
      expect(right(rule({ ...honest, votes: [...honest.votes, ...lies] }))).toBeLessThan(10)
    }
  })
})

describe('files of answers', () => {
  const header = 'question_id,category,correct,answers'

  it('may have any number of models and options, and either line end', () => {
    const read = readAnswers(`${header}\r\n1,law,B,A-\r\n2,art,C,BC\r\n`)
    expect(read.votes.map(vote => [...vote])).toEqual([
      [0, 1],
      [-1, 2],
    ])
    expect(read).toMatchObject({ options: 3, categories: Int16Array.of(1, 0), correct: Int16Array.of(1, 2) })
  })

  it.each([
    ['', 'line 1: the header'],
    [`${header}\n`, 'line 2: there is no question'],
    [`${header}\n1,law,b,AB`, 'line 2: "1,law,b,AB" is not'],
    [`${header}\n1,law,B,A?`, 'line 2'],
    [`${header}\n1,law,B,AB\n2,law,B,ABC`, 'line 3: 3 answers, and 2 on line 2'],
  ])('%j is refused', (text, why) => {
    expect(() => readAnswers(text)).toThrow(why)
  })

  it('must have the models and questions that are asked for', () => {
    expect(() => accuracy(top(30))).toThrow('29 models, fewer than the 30')
    expect(() => accuracy(top(3), { gold: 1 })).toThrow('none is left to judge by')
  })
})
