import { termsOf, usualParameters } from '../protocol/consortium.ts'
import type { Terms } from '../protocol/task.ts'

/** What the consortium takes and fines, until it says otherwise: a fee of 2 %, and of a stake 1 %, 33.33 % and 10 %. */
export const defaultTerms: Terms = termsOf(usualParameters)
