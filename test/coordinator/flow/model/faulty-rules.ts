import type { Faulty } from './faulty.ts'
import { faultyEnds } from './faulty-ends.ts'
import { faultyWords } from './faulty-words.ts'
import { faultyWork } from './faulty-work.ts'

export const faultyRules: readonly Faulty[] = [...faultyWork, ...faultyWords, ...faultyEnds]
