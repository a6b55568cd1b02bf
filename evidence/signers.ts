import { Worker } from 'node:worker_threads'
import type { SigningDomain } from '../protocol/typed-data.ts'
import { type Portion, recoverAll, recoverPortions, type Shared, type Signed, type Signers } from './recover-all.ts'

/** From so many on, starting a thread costs less than the signatures. */
const worthAThread = 500

/**
 * Who signed each of these; null for what nobody could have. Many are begun at once in a thread of their own, while the rest of a
 * bundle is checked; whoever asks for them recovers what that thread has not come to yet beside it.
 */
export function signersOf(domain: SigningDomain, signed: readonly Signed[]): Signers {
  if (signed.length < worthAThread) return async () => recoverAll(domain, signed)
  const shared: Shared = { domain, signed, next: new Int32Array(new SharedArrayBuffer(4)) }
  const beside = recoverBeside(shared)
  // Nobody may ask before it has failed; who asks then is told.
  beside.catch(() => {})
  return async () => [...recoverPortions(shared), ...(await beside)].sort(byPlace).flatMap(({ signers }) => signers)
}

async function recoverBeside(shared: Shared): Promise<Portion[]> {
  const worker = new Worker(new URL('./recover-thread.ts', import.meta.url), { workerData: shared })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}

function byPlace(a: Portion, b: Portion): number {
  return a.first - b.first
}
