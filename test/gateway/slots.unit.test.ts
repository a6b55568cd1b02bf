import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSlots } from '../../gateway/slots.ts'

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
