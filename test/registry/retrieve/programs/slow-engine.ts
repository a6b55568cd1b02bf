import { setTimeout as sleep } from 'node:timers/promises'
import { englishEmbedder } from '../../../../registry/retrieve/english-embedder.ts'

/** As on a machine so busy that the model's weights are there long before its engine is. */
const { instantiate } = WebAssembly
Object.assign(WebAssembly, {
  async instantiate(...given: Parameters<typeof instantiate>) {
    await sleep(2_000)
    return instantiate(...given)
  },
})

const [vector] = await englishEmbedder.embed(['a goal'])
process.stdout.write(`${vector!.length}\n`)
