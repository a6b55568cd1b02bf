import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Silence } from '../../coordinator/silence.ts'

/** Looks as often as it says, from `fromMs` on; whom it names, and when. */
function looking(silence: Silence, fromMs: number, untilMs: number): [agents: string[], atMs: number][] {
  const named: [string[], number][] = []
  for (let nowMs = fromMs + silence.everyMs; nowMs <= untilMs; nowMs += silence.everyMs) {
    const silent = silence.look(nowMs)
    if (silent.length > 0) named.push([silent, nowMs - fromMs])
  }
  return named
}

describe('silence', () => {
  it('is told of an agent when two heartbeats are missing, and again after two more', () => {
    const silence = new Silence(['1', '2'], 100, 0)
    expect(looking(silence, 0, 150)).toEqual([])
    silence.hear('2', 150)
    expect(looking(silence, 150, 350)).toEqual([
      [['1'], 50],
      [['2'], 200],
    ])
    expect(looking(silence, 350, 450)).toEqual([[['1'], 50]])
  })

  it('goes on from a moment of those who were not heard from then on', () => {
    const silence = new Silence(['1', '2', '3'], 100, 0)
    silence.hear('1', 40)
    silence.hear('2', 60)
    expect(silence.unheardSince(['1', '2', '3'], 50)).toEqual(['1', '3'])
    expect(['1', '2', '3'].map(agentId => silence.wasHeard(agentId))).toEqual([true, true, false])
    silence.forgive(70)
    expect(silence.wasHeard('3')).toBe(false)
    expect(silence.unheardSince(['1', '2', '3'], 50)).toEqual([])
  })

  it('is never told of one that was heard within two intervals, however long the process stood still in between', () => {
    const deed = fc.record({ aliveMs: fc.integer({ min: 1, max: 100 }), stoppedMs: fc.nat(1_000) })
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), deeds => {
        const silence = new Silence(['1'], 100, 0)
        let [nowMs, nextLookMs] = [0, 50]
        for (const { aliveMs, stoppedMs } of deeds) {
          // Its heartbeats come, at most 100 ms of such time apart as it could be heard in.
          for (const endMs = nowMs + aliveMs; nextLookMs <= endMs; nextLookMs += 50) {
            expect(silence.look(nextLookMs)).toEqual([])
          }
          nowMs += aliveMs
          silence.hear('1', nowMs)
          nowMs += stoppedMs
          // The first thing that a process does that stood still is to look.
          if (nextLookMs <= nowMs) {
            expect(silence.look(nowMs)).toEqual([])
            nextLookMs = nowMs + 50
          }
        }
      }),
    )
  })
})
