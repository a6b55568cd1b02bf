import { describe, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import { expectNamed } from './expect-named.ts'
import { leavesOf, neighbour, replaced } from './flip.ts'
import { drawFrom, randomTask } from './random-task.ts'
import { bundleOf } from './simulated-bundle.ts'

/** How many bundles, and the seed of the first; unset means what a test run has time for. */
const count = Number(process.env.ENTENTE_MUTATED_BUNDLES ?? 2)
const first = Number(process.env.ENTENTE_MUTATION_SEED ?? 0)

/** The first in which a model judges: few have that. */
const judged = Array.from({ length: 500 }, (_, at) => first + at).find(seed =>
  randomTask(drawFrom(seed)).events.some(({ type }) => type === 'JudgeAnswered'),
)!

describe('a bundle of a random task', () => {
  const seeds = new Set([...Array.from({ length: count }, (_, at) => first + at), judged])

  it.each([...seeds])(
    'holds, and does not once any one field is another, and the first finding says where: seed %i',
    {
      timeout: 600_000,
    },
    async seed => {
      const bundle = JSON.parse(JSON.stringify(await bundleOf(randomTask(drawFrom(seed)))))
      const { ok, summary } = await verifyBundle(bundle)
      if (!ok) throw new Error(summary)
      for (const { at, value } of leavesOf(bundle)) {
        expectNamed(at, await verifyBundle(replaced(bundle, at, neighbour(value))))
      }
    },
  )
})
