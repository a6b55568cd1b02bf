import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignBeds, type Offer, reachKm, type Sender } from '../../../agents/health/assign-beds.ts'

const acute = 'GENERAL ACUTE CARE'
const sender = (id: string, patients: number, lat: number, type = acute): Sender => ({
  id,
  type,
  patients,
  lat,
  lon: -90,
})
const offer = (id: string, free: number, lat: number, type = acute): Offer => ({ id, type, free, lat, lon: -90 })

const place = { lat: fc.integer({ min: 28, max: 33 }), lon: fc.integer({ min: -95, max: -85 }) }
const type = fc.constantFrom(acute, 'PSYCHIATRIC', 'CHILDREN')
const senders = fc
  .array(fc.record({ type, patients: fc.nat(30), ...place }), { maxLength: 8 })
  .map(list => list.map((entry, i) => ({ ...entry, id: `s${i}` })))
const offers = fc
  .array(fc.record({ type, free: fc.nat(30), ...place }), { maxLength: 8 })
  .map(list => list.map((entry, i) => ({ ...entry, id: `o${i}` })))

describe('the assignment of beds', () => {
  it('sends every patient somewhere or says why not, and fills no hospital beyond its free beds', async () => {
    await fc.assert(
      fc.asyncProperty(senders, offers, async (from, to) => {
        const { transfers, unplaced } = await assignBeds(from, to)
        for (const { id, patients } of from) {
          const sent = sum(transfers.filter(transfer => transfer.from === id))
          expect(sent + sum(unplaced.filter(entry => entry.hospital === id))).toBe(patients)
        }
        for (const { id, free } of to) {
          expect(sum(transfers.filter(transfer => transfer.to === id))).toBeLessThanOrEqual(free)
        }
        for (const { km, patients } of transfers) {
          expect(km).toBeLessThanOrEqual(reachKm)
          expect(patients).toBeGreaterThan(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('leaves nobody without a bed while one that would take them is free', async () => {
    await fc.assert(
      fc.asyncProperty(senders, offers, async (from, to) => {
        const near = to.map(entry => ({ ...entry, lat: 30, lon: -90 }))
        const { transfers, unplaced } = await assignBeds(from, near)
        const left = (id: string, free: number) => free - sum(transfers.filter(transfer => transfer.to === id))
        for (const { hospital } of unplaced) {
          const { type } = from.find(({ id }) => id === hospital)!
          const open = near.filter(entry => entry.type === acute || entry.type === type)
          expect(open.every(entry => left(entry.id, entry.free) === 0)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is the shortest in all, not the nearest for the first', async () => {
    // Greedy: a takes y (1°), b is left with x (5°): 6° in all. Best: a to x (2°), b to y (2°): 4°.
    const { transfers } = await assignBeds(
      [sender('a', 1, 30), sender('b', 1, 33)],
      [offer('x', 1, 28), offer('y', 1, 31)],
    )
    expect(transfers.map(({ from, to }) => [from, to])).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ])
  })

  it('leaves out the least urgent when beds are short, even where they are nearer', async () => {
    const { transfers, unplaced } = await assignBeds(
      [sender('urgent', 5, 28), sender('later', 5, 32)],
      [offer('x', 7, 33)],
    )
    expect(transfers).toMatchObject([
      { from: 'urgent', patients: 5 },
      { from: 'later', patients: 2 },
    ])
    expect(unplaced).toMatchObject([{ hospital: 'later', patients: 3, why: expect.stringContaining('is taken') }])
  })

  it('sends patients only to their own kind of hospital, or to general acute care', async () => {
    const { transfers, unplaced } = await assignBeds(
      [sender('psych', 4, 30, 'PSYCHIATRIC'), sender('acute', 4, 30)],
      [offer('children', 9, 30, 'CHILDREN'), offer('psych2', 9, 31, 'PSYCHIATRIC')],
    )
    expect(transfers).toMatchObject([{ from: 'psych', to: 'psych2', patients: 4 }])
    expect(unplaced).toMatchObject([{ hospital: 'acute', patients: 4, why: expect.stringContaining('no hospital') }])
  })

  it('gives a tie to the receiver that comes first', async () => {
    const twins = [offer('first', 5, 31), offer('second', 5, 31)]
    expect((await assignBeds([sender('a', 5, 30)], twins)).transfers).toMatchObject([{ to: 'first', patients: 5 }])
  })
})

function sum(list: readonly { patients: number }[]): number {
  return list.reduce((total, { patients }) => total + patients, 0)
}
