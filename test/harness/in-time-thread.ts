import { parentPort } from 'node:worker_threads'

parentPort!.on('message', async ({ module, name, given }) => {
  const { [name]: run } = await import(module)
  parentPort!.postMessage(run(...given))
})
