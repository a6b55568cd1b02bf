import { sourceVersion } from '../../stack/source-version.ts'

/** Says which rules these are: all that folding a task can depend on, of the flow's sources and the protocol's, and of the engine. */
export const rulesVersion = sourceVersion(
  new URL('../flow/', import.meta.url),
  new URL('../../protocol/', import.meta.url),
)
