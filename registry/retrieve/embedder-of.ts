import { EntenteError } from '../../protocol/errors.ts'
import type { Config } from '../../stack/config.ts'
import type { Embedder } from './embedder.ts'
import { englishEmbedder } from './english-embedder.ts'

const TIMEOUT_MS = 20_000

/** The model that is configured, of any language; the embedded English one where none is. */
export function embedderOf(
  config: Pick<Config, 'EMBEDDING_MODEL' | 'EMBEDDING_BASE_URL' | 'EMBEDDING_API_KEY'>,
): Embedder {
  const { EMBEDDING_MODEL: model, EMBEDDING_BASE_URL: baseURL, EMBEDDING_API_KEY: apiKey } = config
  if (!model) return englishEmbedder
  return {
    name: model,
    reads: () => true,
    async embed(texts) {
      // Half a second to import: only who has such a model pays for it.
      const { OpenAIEmbeddings } = await import('@langchain/openai')
      const client = new OpenAIEmbeddings({
        model,
        // The client insists on a key even where the server does not.
        apiKey: apiKey ?? 'none',
        timeout: TIMEOUT_MS,
        maxRetries: 1,
        encodingFormat: 'float',
        ...(baseURL ? { configuration: { baseURL } } : {}),
      })
      const vectors = await client.embedDocuments([...texts]).catch((cause: unknown) => {
        const why = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]
        throw new EntenteError('EMBEDDING_FAILED', `the model ${model} gave no vectors: ${why}`, { cause })
      })
      return checked(vectors, texts.length, model)
    },
  }
}

function checked(vectors: readonly number[][], count: number, model: string): Float32Array[] {
  const isUsable =
    vectors.length === count && vectors.every(({ length }) => length > 0 && length === vectors[0]!.length)
  if (isUsable) return vectors.map(vector => Float32Array.from(vector))
  throw new EntenteError('EMBEDDING_FAILED', `the model ${model} did not give one vector of one length for each text`)
}
