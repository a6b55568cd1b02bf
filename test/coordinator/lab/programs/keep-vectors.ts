import { readFileSync, writeFileSync } from 'node:fs'
import { measureRouting } from '../../../../coordinator/lab/measure-routing.ts'
import { parseQueries, parseTools } from '../../../../coordinator/lab/tool-routing.ts'
import { englishEmbedder } from '../../../../registry/retrieve/english-embedder.ts'
import { keptFile, roundedVector } from '../kept-embedder.ts'

/** Writes the vectors of all texts that measuring needs anew: after a change of the model, or of what it is given. */
const kept = new Map<string, string>()
const read = (name: string) => readFileSync(new URL(name, keptFile), 'utf8')
const recording: typeof englishEmbedder = {
  ...englishEmbedder,
  async embed(texts) {
    const vectors = await englishEmbedder.embed(texts)
    for (const [index, text] of texts.entries()) kept.set(text, roundedVector(vectors[index]!))
    return vectors
  },
}
const tools = parseTools('tools.json', read('tools.json'))
await measureRouting(tools, parseQueries('queries.json', read('queries.json')), recording, { order: 'mean', folds: 0 })
writeFileSync(keptFile, `${JSON.stringify(Object.fromEntries([...kept].sort()), null, 1)}\n`)
