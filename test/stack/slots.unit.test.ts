import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSlots } from '../../stack/slots.ts'

test('no more run at once than there are slots, all of them do run, and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 20 }), async (count, jobs) => {
      const slots = createSlots(count)
      const begun: number[] = []
      let running = 0
      const results = await Promise.allSettled(
        jobs.map((fails, index) =>
          slots(async () => {
            begun.push(index)
            running += 1
            expect(running).toBeLessThanOrEqual(count)
            await Promise.resolve()
            running -= 1
            if (fails) throw new Error('this one fails')
            return index
          }),
        ),
      )
      expect(begun).toEqual(jobs.map((_, index) => index))
      expect(results.map(result => result.status === 'rejected')).toEqual(jobs)
    }),
  )
})

test('what is urgent goes ahead of what came before it, and one in eight of the rest goes all the same', async () => {
  const slots = createSlots(1)
  const begun: string[] = []
  const run = (name: string, urgency?: 'urgent') => slots(async () => void begun.push(name), urgency)
  const usual = Array.from({ length: 3 }, (_, n) => run(`usual ${n}`))
  const urgent = Array.from({ length: 16 }, (_, n) => run(`urgent ${n}`, 'urgent'))
  await Promise.all([...usual, ...urgent])
  expect(begun.slice(0, 2)).toEqual(['usual 0', 'urgent 0'])
  expect([begun.indexOf('usual 1'), begun.indexOf('usual 2')]).toEqual([8, 16])
})
