import { parentPort, workerData } from 'node:worker_threads'
import { recoverAll } from './recover-all.ts'

const { domain, signed } = workerData as {
  domain: Parameters<typeof recoverAll>[0]
  signed: Parameters<typeof recoverAll>[1]
}
parentPort!.postMessage(recoverAll(domain, signed))
