import { readFileSync } from 'node:fs'
import type { Embedder } from '../../../registry/retrieve/embedder.ts'
import { englishEmbedder } from '../../../registry/retrieve/english-embedder.ts'

export const keptFile = new URL('../../data/tool-routing/vectors.json', import.meta.url)

/**
 * The English model, by what it gave before (`programs/keep-vectors.ts`): to embed all tools takes some ten seconds. The
 * vectors have one byte a dimension, as the retriever rounds them, so it finds the same with either.
 */
export function keptEmbedder(): Embedder {
  const kept: Record<string, string> = JSON.parse(readFileSync(keptFile, 'utf8'))
  return {
    ...englishEmbedder,
    async embed(texts) {
      const missing = texts.find(text => kept[text] === undefined)
      if (missing !== undefined) throw new Error(`no vector is kept of "${missing}": run programs/keep-vectors.ts`)
      return texts.map(text => Float32Array.from(new Int8Array(Buffer.from(kept[text]!, 'base64'))))
    },
  }
}

/** Whole numbers from -127 to 127, as text. */
export function roundedVector(vector: Float32Array): string {
  const largest = vector.reduce((most, part) => Math.max(most, Math.abs(part)), 0)
  return Buffer.from(Int8Array.from(vector, part => Math.round((part * 127) / largest)).buffer).toString('base64')
}
