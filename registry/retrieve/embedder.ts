/** What turns texts into vectors, of which near ones mean much the same. */
export interface Embedder {
  /** For records and reports: which model. */
  readonly name: string
  /** Whether it was made for this script: what it says of others is noise. */
  reads(text: string): boolean
  /** A vector for each text, all of one length. Texts are not blank. */
  embed(texts: readonly string[]): Promise<Float32Array[]>
}
