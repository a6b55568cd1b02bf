import type { Fix } from '../hazard/hazard.ts'
import type { Place } from './sphere.ts'

/** Where a storm's centre will be and how strong it would be over the sea, at each whole hour after its last fix. */
export type Course = { place: Place; windKt: number }[]

/** A way to forecast a course, written down so that others can repeat it. */
export interface Method {
  readonly name: string
  /**
   * @param fixes oldest first, at least two, with at least one wind
   * @returns hours + 1 entries; the first is the last fix
   */
  course(fixes: readonly Fix[], hours: number): Course
}
