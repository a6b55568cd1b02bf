import { setTimeout as sleep } from 'node:timers/promises'
import { englishEmbedder } from '../../../../registry/retrieve/english-embedder.ts'

interface Engines {
  instantiate(...given: unknown[]): Promise<unknown>
}

/** As on a machine so busy that the model's weights are there long before its engine is. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: Engines }
const { instantiate } = WebAssembly
WebAssembly.instantiate = async (...given) => {
  await sleep(2_000)
  return instantiate(...given)
}

const [vector] = await englishEmbedder.embed(['a goal'])
process.stdout.write(`${vector!.length}\n`)
