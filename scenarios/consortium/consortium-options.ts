import type { EntenteError } from '../../protocol/errors.ts'
import type { Config } from '../../stack/config.ts'
import type { CastDomain } from './cast.ts'

export interface ConsortiumOptions {
  readonly config: Config
  readonly cast: readonly CastDomain[]
  /** Where servers keep their data, keys lie, and logs go. */
  readonly dir: string
  /** What is being done, in a few words. */
  readonly onStep: (text: string) => void
  /** Of those who look on: no task waits for them. All are started where none is named. */
  readonly leftOut?: readonly Onlooker[]
  /** Whether a restart finds the embedded chain again. Yes, where nothing is said. */
  readonly lasting?: boolean
  /** Called when a server or a process of ours ends by itself. */
  readonly onDeath: (death: EntenteError) => void
}

/** A process that reads what the others do, and has no part in it. */
export type Onlooker = 'lookout' | 'operator'

/** Has a step done when the consortium is stopped: the last that was named first. */
export type Later = (step: () => Promise<unknown>) => void
