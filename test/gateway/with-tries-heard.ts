import { afterAll, beforeAll } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { connectRpc, type Rpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'
import { withGateway } from './with-gateway.ts'

/** A gateway for all tests of a file, of which is heard how it has the node try calls that are to be sent. */
export function withTriesHeard() {
  const { world, start } = withGateway()
  let gateway: Gateway | undefined
  let tried: string[] = []
  beforeAll(async () => {
    const rpc = connectRpc(world().servers.stack.urls.chain, { timeoutMs: 2_000 })
    const heard: Rpc = (method, params) => {
      const [call] = params as [{ from?: Hex; gas?: Hex }]
      if (method === 'eth_estimateGas' || (method === 'eth_call' && call.from && call.gas)) tried.push(method)
      return rpc(method, params)
    }
    gateway = await start({ rpc: heard })
  })
  afterAll(() => gateway?.stop())
  return {
    world,
    /** The methods by which, since they were last forgotten. */
    tried: () => tried,
    forget() {
      tried = []
    },
  }
}
