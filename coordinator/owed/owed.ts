import { z } from 'zod'

/** So many numbers fit well into a message of the bus. */
const mostOpen = 50_000

/** What a coordinator said last of the entries whose effects it owes, by their sequences in the task stream. */
export const OwedWord = z.object({
  /** All that it wrote up to here is seen to, but for what is open. */
  upTo: z.int().min(0),
  open: z.array(z.int().min(1)),
  /** Once it has been silent for so long another sees to what it owes. */
  quietMs: z.int().min(0),
})
export type OwedWord = z.infer<typeof OwedWord>

/** The entries whose effects this coordinator owes: what it wrote, and what it took over from another. */
export class Owed {
  /** In the order in which they were heard, which is that of the stream. */
  readonly #own = new Set<number>()
  readonly #others = new Set<number>()
  #heard: number

  /** @param end of the stream before anything was written to it from here */
  constructor(end: number) {
    this.#heard = end
  }

  /** An entry has come by; one of its own is owed from now on. */
  hear(sequence: number, isOwn: boolean): void {
    this.#heard = sequence
    if (isOwn) this.#own.add(sequence)
  }

  /** Whether so many more of others' could be told to whoever comes after. */
  hasRoom(more: number): boolean {
    return this.#others.size + more <= mostOpen
  }

  takeOver(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#others.add(sequence)
  }

  seenTo(sequence: number): void {
    if (!this.#own.delete(sequence)) this.#others.delete(sequence)
  }

  /** What is its own and finds no room in the word is found in the stream: the word goes up to it. */
  word(): Omit<OwedWord, 'quietMs'> {
    const own = [...this.#own]
    const listed = Math.max(0, mostOpen - this.#others.size)
    const upTo = own.length > listed ? own[listed]! - 1 : this.#heard
    return { upTo, open: [...this.#others, ...own.slice(0, listed)] }
  }
}
