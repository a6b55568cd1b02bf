import { onTestFinished } from 'vitest'
import { connectBus } from '../../stack/bus.ts'
import type { TestStack } from '../harness/with-stack.ts'
import { startCutProxy } from './cut-proxy.ts'

/** A connection to the bus, until the test ends, and what it goes through. */
export async function busBehindCut({ stack }: TestStack, name: string) {
  const { urls, busCreds } = stack
  const proxy = await startCutProxy(urls.nats)
  const nc = await connectBus({ url: `nats://${proxy.host}`, name, creds: busCreds! })
  onTestFinished(async () => {
    await nc.close()
    await proxy.stop()
  })
  return { proxy, nc }
}
