import type { GoldQuestion } from '../../../../protocol/gold.ts'
import type { Hex } from '../../../../protocol/hash.ts'

const salt: Hex = `0x${'5a'.repeat(32)}`

/** What is known already, and asked among the rest. */
export const questions: readonly GoldQuestion[] = [1, 2, 3].map(known => ({
  ...{ skill: 's@1', input: { known }, answer: { n: 1 }, salt },
}))
