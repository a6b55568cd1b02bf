/** One row of a HURDAT2 track as text, in whichever of its two forms it came. Times are UTC. */
export interface TrackRow {
  /** Line of the file, from 1. */
  readonly line: number
  /** Basin, number and year: `AL122005`. */
  readonly id: string
  readonly name: string
  /** NaN when the row gives no readable time. */
  readonly atMs: number
  readonly status: string
  /** As written, such as `25.7`, `25.7N` or `-87.7`. */
  readonly lat: string
  readonly lon: string
  readonly windKt: string
  readonly pressureHpa: string
  /** Radii of 34, 50 and 64 kt winds, each ne se sw nw: twelve, or none where the file has no such columns. */
  readonly radiiNm: readonly string[]
}
