import { describe, expect, it } from 'vitest'
import { readFraction } from '../../../coordinator/lab/fraction.ts'
import { readGame } from '../../../coordinator/lab/read-game.ts'
import { estimateShapley, shapleyOfGame } from '../../../coordinator/lab/shapley-of-game.ts'

/** A file of the game: every coalition that is worth something, by its names. */
function fileOf(players: readonly string[], worthOf: (members: readonly string[]) => string | number): string {
  const values: Record<string, string | number> = {}
  for (let mask = 1; mask < 1 << players.length; mask++) {
    const members = players.filter((_, place) => mask & (1 << place))
    const worth = worthOf(members)
    if (worth !== 0) values[members.join()] = worth
  }
  return JSON.stringify({ players, values })
}

const valuesOf = (file: string) => Object.fromEntries(shapleyOfGame(readGame(file)))

describe('games from files', () => {
  it('the Security Council: 421/2145 with a veto, 4/2145 without', () => {
    const council = [...'PQRSTabcdefghij']
    const carries = (members: readonly string[]) => members.filter(m => m < 'a').length === 5 && members.length >= 9
    const values = valuesOf(fileOf(council, members => (carries(members) ? 1 : 0)))
    expect(values).toEqual(Object.fromEntries(council.map(m => [m, m < 'a' ? '421/2145' : '4/2145'])))
  })

  it('glove, airport, and the Community of 1958', () => {
    const glove = { players: ['l1', 'l2', 'r'], values: { 'l1,r': '1', 'l2,r': 1, 'l1,l2,r': '2/2', l1: 0 } }
    expect(valuesOf(JSON.stringify(glove))).toEqual({ l1: '1/6', l2: '1/6', r: '2/3' })
    const airport = fileOf(['8', '11', '13', '18'], members => Math.max(...members.map(Number)))
    expect([...shapleyOfGame(readGame(airport))].flat()).toEqual(['8', '2', '11', '3', '13', '4', '18', '9'])
    const votes: Record<string, number> = { F: 4, G: 4, I: 4, B: 2, N: 2, L: 1 }
    const community = fileOf(Object.keys(votes), ms => (ms.reduce((sum, m) => sum + votes[m]!, 0) >= 12 ? 1 : 0))
    expect(Object.values(valuesOf(community))).toEqual(['7/30', '7/30', '7/30', '3/20', '3/20', '0'])
  })

  it('takes every digit of a number as it is written', () => {
    const file = '{"players":["a","b"],"values":{"a":0.1,"a,b":123456789012345678901234.5}}'
    expect(valuesOf(file)).toEqual({ a: '617283945061728394506173/10', b: '308641972530864197253086/5' })
  })

  it.each([
    ['{"players":["a"],', 'not JSON'],
    ['[]', 'not an object'],
    ['{"players":[],"values":{}}', 'at least one'],
    ['{"players":["a",1],"values":{}}', '1 is no player'],
    ['{"players":["a,b"],"values":{}}', 'without a comma'],
    ['{"players":["a","a"],"values":{}}', 'a is listed twice'],
    ['{"players":["a"],"values":[]}', 'values is not an object'],
    ['{"players":["a"],"values":{},"quota":1}', 'no field quota'],
    ['{"players":["a","b"],"values":{"a,c":1}}', 'has c, not a player'],
    ['{"players":["a","b"],"values":{"a,":1}}', 'an empty name'],
    ['{"players":["a","b"],"values":{"b,a":1}}', 'not in the order of players: a comes before'],
    ['{"players":["a","b"],"values":{"a,a":1}}', 'names a twice'],
    ['{"players":["a","b"],"values":{"a":1,"\\u0061":2}}', '"a" is given twice'],
    ['{"players":["a"],"values":{"":1}}', 'nobody at all is worth 0'],
    ['{"players":["a"],"values":{"a":"1/0"}}', 'the value of a is "1/0"'],
    ['{"players":["a"],"values":{"a":null}}', 'the value of a is null'],
    ['{"players":["a"],"values":{"a":"one"}}', 'the value of a is "one"'],
  ])('%s is refused', (file, why) => {
    expect(() => shapleyOfGame(readGame(file))).toThrow(why)
  })
})

describe('games of many players', () => {
  const players = Array.from({ length: 17 }, (_, place) => `p${place}`)
  const file = JSON.stringify({ players, values: { [players.join()]: '1/2' } })

  it('are refused, and said how to estimate', () => {
    expect(() => shapleyOfGame(readGame(file))).toThrow(/up to 16 players, not 17.*--sample/)
  })

  it('are estimated inside the bound that is printed with them', () => {
    const estimate = estimateShapley(readGame(file), 400, 'seed')
    const values = [...estimate.estimates.values()].map(text => readFraction(text)!)
    expect(values.map(({ above, below }) => Number(above) / Number(below))).toSatisfy((estimates: number[]) =>
      estimates.every(value => Math.abs(value - 1 / 34) <= estimate.within),
    )
    expect(estimate).toMatchObject({ range: 0.5, orders: 400, doubt: 0.01 })
    expect(estimateShapley(readGame(file), 400, 'seed')).toEqual(estimate)
  })
})
