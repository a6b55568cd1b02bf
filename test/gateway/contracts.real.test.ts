import { Kvm } from '@nats-io/kv'
import { expect, onTestFinished, test } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { openLeases } from '../../gateway/leases.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { buckets } from '../../protocol/subjects.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { silent } from '../coordinator/log/with-log.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const RETIRED = 3

/** Holds the lease of the relayer and publishes no event, so nobody else hears that the registry has changed. */
async function holdRelayer(): Promise<void> {
  const { nc, signers } = world()
  const leases = await openLeases({
    ...{ nc, leases: await new Kvm(nc).open(buckets.leases), writer: 'silent', signers: [signers.relayer] },
    ...{
      log: silent,
      onTaken: async () => {},
      onLost: () => {},
      yields: () => false,
    },
  })
  expect(leases.holds(signers.relayer)).toBe(true)
  onTestFinished(() => leases.stop())
}

test('a gateway that does not hear that the registry has changed sees it after a while', async () => {
  const { nc, rpc, governor, deployment } = world()
  await holdRelayer()
  const gateway = await start({ registryMs: 100 })
  onTestFinished(() => gateway.stop())
  expect((await askChainInfo(nc)).contracts).toHaveProperty('Anchors')
  const data = encodeCall(ABIS.ContractRegistry, 'setStatus', [domainToBytes32('Anchors'), RETIRED])
  await rpc('anvil_impersonateAccount', [governor])
  await rpc('eth_sendTransaction', [{ from: governor, to: deployment.registry, data }])
  const contracts = async () => (await askChainInfo(nc)).contracts
  await expect.poll(contracts, { timeout: 10_000 }).not.toHaveProperty('Anchors')
})
