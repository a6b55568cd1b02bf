import { parentPort, workerData } from 'node:worker_threads'
import { recoverPortions, type Shared } from './recover-all.ts'

parentPort!.postMessage(recoverPortions(workerData as Shared))
