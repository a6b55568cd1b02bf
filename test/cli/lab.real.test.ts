import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { entente } from '../scenarios/run-scenario.ts'

const answers = fileURLToPath(new URL('../data/llm-panel/answers.csv', import.meta.url))
const lab = (...args: readonly string[]) => runProgram(entente, ['lab', ...args]).end

function gameFile(game: object): string {
  const file = join(scratchDir('game'), 'game.json')
  writeFileSync(file, JSON.stringify(game))
  return file
}

describe('entente lab shapley', () => {
  it('prints exact fractions, players in the order of the file', async () => {
    const { code, stdout } = await lab('shapley', gameFile({ players: ['2', '1'], values: { '2': 0, '2,1': '1' } }))
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"2":"1/2","1":"1/2"}\n' })
  })

  it('estimates, says how far off it may be, and refuses what it cannot read', async () => {
    const file = gameFile({ players: ['a', 'b'], values: { 'a,b': 1 } })
    const { stdout } = await lab('shapley', file, '--sample', '50', '--seed', 'x')
    const { estimates, within, orders } = JSON.parse(stdout) as { estimates: object; within: number; orders: number }
    expect([Object.keys(estimates), orders]).toEqual([['a', 'b'], 50])
    expect(within).toBeCloseTo(Math.sqrt(Math.log(4 / 0.01) / 100), 9)
    expect(await lab('shapley', file, '--sample', '50')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--seed go together'),
    })
    const wrong = gameFile({ players: ['a'], values: { b: 1 } })
    expect(await lab('shapley', wrong)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^GAME_INVALID: /) })
  })
})

describe('entente lab agree', () => {
  it('prints how often each rule is right', async () => {
    const { stdout } = await lab('agree', '--answers', answers, '--panel', 'top:9', '--colluders', '6', '--draws', '1')
    const printed = JSON.parse(stdout) as { accuracy: Record<string, number> }
    expect(printed).toMatchObject({ panel: 'top:9', colluders: 6, lieRate: 1, gold: 0.02, draws: 1, questions: 6020 })
    expect(printed.accuracy.entente).toBeGreaterThan(0.7)
  })

  it.each([
    ['--panel', 'best:9'],
    ['--lie-rate', '2'],
    ['--draws', '0'],
    ['--gold', 'x'],
  ])('refuses %s %s', async (option, value) => {
    const { code, stderr } = await lab('agree', '--answers', answers, option, value)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`COMMAND_INVALID: ${option} takes`) })
  })
})

describe('entente lab incentives', () => {
  it('prints who earns what', async () => {
    const { stdout } = await lab('incentives', '--tasks', '40', '--colluders', '0')
    const { earnings, ...given } = JSON.parse(stdout) as { earnings: Record<string, object> }
    expect(given).toMatchObject({ tasks: 40, seed: '1', gold: 0.1, stake: 30, wrongPenalty: 0.3333, colluders: 0 })
    expect(Object.keys(earnings)).toEqual(['honest', 'lazy', 'lying', 'sybil'])
  })

  it('refuses what is none', async () => {
    const { code, stderr } = await lab('incentives', '--colluders', '18')
    expect([code, stderr.startsWith('COMMAND_INVALID: --colluders takes a whole number from 0 to 17')]).toEqual([
      2,
      true,
    ])
  })
})
