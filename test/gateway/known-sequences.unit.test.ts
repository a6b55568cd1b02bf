import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KnownSequences } from '../../gateway/known-sequences.ts'

test('in whatever order they become known, all is known up to the first that is missing', () => {
  const change = fc.record({ raise: fc.boolean(), seq: fc.integer({ min: 1, max: 40 }) })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.array(change, { maxLength: 60 }), (after, changes) => {
      const known = new KnownSequences(after)
      const model = new Set(Array.from({ length: after }, (_, index) => index + 1))
      for (const { raise, seq } of changes) {
        if (raise) known.raise(seq)
        else known.add(seq)
        for (let each = raise ? 1 : seq; each <= seq; each++) model.add(each)
      }
      let upTo = 0
      while (model.has(upTo + 1)) upTo += 1
      expect(known.upTo).toBe(upTo)
      for (let seq = 1; seq <= 41; seq++) expect(known.has(seq)).toBe(model.has(seq))
    }),
  )
})
