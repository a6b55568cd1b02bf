import type { SigningDomain } from '../protocol/typed-data.ts'
import { recoverAll, type Signed } from './recover-all.ts'

/** From so many on, starting a thread costs less than the signatures. */
const worthAThread = 500

/**
 * Who signed each of these, in their order; null for what nobody could have. Many are recovered in a thread of their own,
 * while the rest of a bundle is checked.
 */
export async function signersOf(domain: SigningDomain, signed: readonly Signed[]): Promise<(string | null)[]> {
  if (signed.length < worthAThread) return recoverAll(domain, signed)
  const { Worker } = await import('node:worker_threads')
  const worker = new Worker(new URL('./recover-thread.ts', import.meta.url), { workerData: { domain, signed } })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}
