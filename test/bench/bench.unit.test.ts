import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { scratchDir } from '../harness/scratch-dir.ts'
import { drawBreakdown } from './agreement/draw-breakdown.ts'
import { figuresOf, mediansOf, sideBySide, spansBetween } from './coordinator/levels.ts'
import { drawCurve } from './curve/draw-curve.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { readProfile } from './profile/read-profile.ts'

const level = { inFlight: 2, steps: 4 }

describe('figures', () => {
  it('count from the end of one step to that of the next, within each task', () => {
    expect(spansBetween([[10, 12, 17], [11], [20, 21]])).toEqual([
      { fromMs: 10, toMs: 12 },
      { fromMs: 12, toMs: 17 },
      { fromMs: 20, toMs: 21 },
    ])
  })

  it('are of the middle of the run', () => {
    // A step a millisecond, but for a beginning and an end that stand still.
    const ends = [-5_000, ...Array.from({ length: 98 }, (_, index) => index), 9_000]
    const spans = ends.map(toMs => ({ fromMs: toMs - 3, toMs }))
    const figures = figuresOf('x', level, spans)
    expect(figures.perSecond).toBeCloseTo(1_000, 0)
    expect([figures.p50Ms, figures.p99Ms, figures.note]).toEqual([3, 3, ''])
  })

  it('are medians where there were several rounds, with the least and the most', () => {
    const of = (system: string, perSecond: number) => ({
      system,
      level,
      perSecond,
      p50Ms: perSecond,
      p99Ms: 2,
      note: '',
    })
    const rounds = [9, 7, 8].map(perSecond => [of('Entente', perSecond), of('other', 10 * perSecond)])
    expect(mediansOf(rounds)).toEqual([
      { ...of('Entente', 8), note: '7 to 9' },
      { ...of('other', 80), note: '70 to 90' },
    ])
    expect(mediansOf([rounds[0]!])).toEqual(rounds[0])
  })

  it('set every system of a level beside Entente', () => {
    const of = (system: string, perSecond: number) => ({ system, level, perSecond, p50Ms: 1, p99Ms: 2, note: '' })
    const rows = sideBySide([level], [of('Entente', 100), of('other', 400), of('slower', 80)])
    expect(rows.map(row => row['Entente / this'])).toEqual([1, 0.25, 1.3])
  })
})

describe('options', () => {
  it('have usual values', () => {
    const { names, levels, level, open, peers, rounds, coordinators } = readOptions([]) as BenchOptions
    expect(level).toEqual({ inFlight: 64, steps: 20 })
    expect(names).toEqual([])
    expect(levels.map(({ inFlight }) => inFlight)).toEqual([1, 64, 1_000])
    expect(open.at(-1)).toBe(100_000)
    expect(peers).toBe(true)
    expect([rounds, coordinators]).toEqual([1, 1])
  })

  it('are read', () => {
    const args = 'coordinator --levels 1x4,8x3 --level 9x2 --open 10,20 --without-peers'.split(' ')
    const { levels, level, open, peers } = readOptions(args) as BenchOptions
    expect(level).toEqual({ inFlight: 9, steps: 2 })
    expect(levels).toEqual([
      { inFlight: 1, steps: 4 },
      { inFlight: 8, steps: 3 },
    ])
    expect([open, peers]).toEqual([[10, 20], false])
  })

  it('are told to who asks', () => {
    expect(readOptions(['curve', '--help'])).toBe('help')
  })

  it.each([
    [['--levels', '0x4'], '--levels takes'],
    [['--level', '1x4,8x3'], '--level takes one'],
    [['--levels', '4'], '--levels takes'],
    [['--levels', '4x1'], '--levels takes'],
    [['--open', '20,10'], '--open takes'],
    [['--open', 'many'], '--open takes'],
    [['--fast'], '--fast'],
  ])('%j are refused', (args, why) => {
    expect(() => readOptions(args)).toThrow(why)
  })
})

it('the curve is a picture, with a point for each row in each panel', () => {
  const row = (open: number) => ({ 'open tasks': open, 'held MB': open / 1e3, 'take over s': 1, 'CPU ms a subtask': 0 })
  const svg = drawCurve([row(1_000), row(10_000)])
  expect(XMLValidator.validate(svg)).toBe(true)
  expect(svg.match(/<circle/g)).toHaveLength(6)
  expect(svg).not.toContain('NaN')
})

it('a breakdown is a picture, with a line for each rule in each panel', () => {
  const accuracy = { majority: 0.1, oneCoin: 0, dawidSkene: 0, goldLogOdds: 0.6, entente: 0.7, bestMember: 0.7 }
  const points = [0, 8].map(x => ({ x, accuracy }))
  const svg = drawBreakdown([{ name: 'colluders', title: 'by colluders', points }])
  expect(XMLValidator.validate(svg)).toBe(true)
  expect(svg.match(/stroke-width="2"/g)).toHaveLength(4)
  expect(svg).not.toContain('NaN')
})

it('a profile gives its samples to rooms and packages, of the time that is asked for', () => {
  const root = new URL('../../', import.meta.url)
  const urls = [`${root}coordinator/flow/decide.ts`, `${root}node_modules/@nats-io/jetstream/lib/x.js`, '', '']
  const names = ['decide', 'publish', '(idle)', '(garbage collector)']
  const nodes = urls.map((url, id) => ({ id, callFrame: { url, functionName: names[id] } }))
  const profile = { nodes, startTime: 1_000, samples: [0, 1, 2, 3, 0], timeDeltas: [100, 100, 100, 100, 100] }
  const path = join(scratchDir('profile'), 'x.cpuprofile')
  writeFileSync(path, JSON.stringify(profile))
  expect(Object.fromEntries(readProfile(path, 1_150, 1_450))).toEqual({
    '@nats-io/jetstream': 100,
    'garbage collection': 100,
  })
})
