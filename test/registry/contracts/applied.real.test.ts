import { join } from 'node:path'
import { HDNodeWallet, JsonRpcProvider, Mnemonic, Wallet } from 'ethers'
import { expect, onTestFinished, test } from 'vitest'
import { listBlocks, listContracts, readTransaction } from '../../../coordinator/views/list-chain-events.ts'
import { openViews } from '../../../coordinator/views/open-views.ts'
import { startProjection } from '../../../coordinator/views/project.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { entryOf, setState } from '../../../registry/contracts/change-contract.ts'
import { readConfigVersions } from '../../../registry/contracts/config-versions.ts'
import { readContracts } from '../../../registry/contracts/read-contracts.ts'
import { setParameter } from '../../../registry/contracts/set-config.ts'
import { followParameters } from '../../../registry/follow-parameters.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { openLog } from '../../../stack/log.ts'
import { mint } from '../../gateway/token.ts'
import { withGateway } from '../../gateway/with-gateway.ts'

const { world, start } = withGateway()
const log = openLog('test', { LOG_LEVEL: 'silent' })
const soon = { timeout: 20_000, interval: 50 }

/** The governor's own wallet, apart from the gateway. */
function governance() {
  const { servers, deployment } = world()
  const { mnemonic, path } = servers.stack.chainAccounts!
  const { privateKey } = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), path).deriveChild(1)
  const provider = new JsonRpcProvider(servers.stack.urls.chain, undefined, { staticNetwork: true, cacheTimeout: -1 })
  onTestFinished(() => provider.destroy())
  const read = () => readContracts(provider, deployment.registry)
  return { provider, governor: new Wallet(privateKey, provider), read }
}

test('what governance changes is applied by what runs, and shown', async () => {
  const { nc, servers, deployment } = world()
  const { provider, governor, read } = governance()
  const gateway = await start()
  onTestFinished(() => gateway.stop())
  const parameters = await followParameters({ nc, log, otherwise: usualParameters })
  onTestFinished(() => parameters.stop())
  const db = await openViews({ file: join(servers.dir, 'explorer.sqlite') })
  const projection = startProjection({ nc, db, log })
  onTestFinished(async () => {
    await projection.stop()
    await db.destroy()
  })

  expect(parameters.current()['fee-bps']).toBe(usualParameters['fee-bps'])
  await setParameter(governor, await read(), { key: 'fee-bps', value: 300n })
  await expect.poll(() => parameters.current()['fee-bps'], soon).toBe(300)

  const accepted = await submitIntent(nc, mint(world(), 'before'))
  const { txHash } = await awaitOutcome(nc, accepted.messageId, { timeoutMs: 20_000 })
  // What is taken is waited for: the gateway sends it from the governor's own account, of which no two may use one nonce.
  const refusal = (name: string) =>
    submitIntent(nc, mint(world(), name), { timeoutMs: 2_000 }).then(
      ({ messageId }) => awaitOutcome(nc, messageId, { timeoutMs: 20_000 }).then(() => null),
      error => error.code,
    )
  const stateShown = async () => (await listContracts(db)).find(({ name }) => name === 'EntenteToken')?.state
  let sent = 0
  for (const [state, code] of [
    ['frozen', 'CONTRACT_FROZEN'],
    ['active', null],
    ['retired', 'CONTRACT_RETIRED'],
  ] as const) {
    await setState(governor, await read(), 'EntenteToken', state)
    await expect.poll(() => refusal(`${state} ${++sent}`), soon).toBe(code)
    await expect.poll(stateShown, soon).toBe(state)
  }
  // What was accepted before is answered as before.
  expect(await submitIntent(nc, mint(world(), 'before'))).toMatchObject({ messageId: accepted.messageId })

  const shown = await readTransaction(db, txHash!)
  expect(shown.calls).toMatchObject([{ contract: 'EntenteToken', call: 'mint' }])
  expect(shown.events).toMatchObject([{ contract: 'EntenteToken', event: 'Transfer' }])
  const config = entryOf(await read(), 'ConfigRegistry').address
  const [version] = await readConfigVersions(provider, { registry: deployment.registry as Hex, config })
  const [change] = (await readTransaction(db, version!.txHash)).events
  expect(change).toMatchObject({ contract: 'ConfigRegistry', event: 'ConfigSet', blockHash: version!.blockHash })
  const [latest] = await listBlocks(db, { limit: 1 })
  const [before] = await listBlocks(db, { limit: 1, before: latest!.blockNumber })
  expect(before!.blockNumber).toBeLessThan(latest!.blockNumber)
})
