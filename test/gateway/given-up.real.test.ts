import { expect, test } from 'vitest'
import { carry } from '../../gateway/carry.ts'
import { lanePolicyOf } from '../../gateway/lane/lane-policy.ts'
import { openMeter } from '../../gateway/limits/meter.ts'
import { tenantLimitsOf } from '../../gateway/limits/tenant-limits.ts'
import { openPipeline } from '../../gateway/open-pipeline.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import { survey } from '../../gateway/survey.ts'
import { ChainIntent } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'
import { profileNamed } from '../../stack/chain-profile.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { mint } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world } = withGateway()

test('a message that waited long for other reasons is not given up for one error of the node', async () => {
  const { nc, signers, deployment, servers } = world()
  const proxy = await startFaultProxy(servers.stack.urls.chain)
  const stopping = new AbortController()
  const { signal } = stopping
  const ground = {
    ...{ nc, signers, finalityBlocks: 1, pollMs: 50, signal, profile: profileNamed('other') },
    ...{ rpc: connectRpc(proxy.url, { timeoutMs: 1_000 }), log: openLog('test', { LOG_LEVEL: 'fatal' }) },
    contractRegistry: deployment.registry.toLowerCase() as Address,
  }
  const more = { batches: lanePolicyOf(readConfig({})), meter: openMeter(tenantLimitsOf({})) }
  const { pipeline, running } = await openPipeline({ ...ground, ...more }, await survey(ground))
  const intent = ChainIntent.parse(mint(world(), 'waited long'))
  const kept = await pipeline.journal.begin(intent, [{ state: 'ADMITTED', cause: 'the test' }])
  const message = pipeline.desk.take(kept!.life, kept!.lastSeq)
  // As after three minutes without funds, or without a node.
  message.tries = 20
  proxy.answer(method =>
    method === 'eth_estimateGas' ? { error: { code: -32_000, message: 'header not found' } } : null,
  )
  await carry(pipeline, message)
  expect(message.life.state).toBe('ADMITTED')
  proxy.answer(() => null)
  await carry(pipeline, message)
  expect(message.life.state).toBe('POOLED')
  await pipeline.leases.stop()
  stopping.abort()
  await Promise.all(running)
  await proxy.stop()
})
