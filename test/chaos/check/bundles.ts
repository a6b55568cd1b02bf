import type { NatsConnection } from '@nats-io/nats-core'
import { verifyBundle } from '../../../evidence/verify.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { getArtifact } from '../../../stack/artifacts.ts'
import { connectChain } from '../../../stack/chain.ts'
import { seeded } from '../../harness/seeded.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

const sampled = 20

interface BundlesOptions {
  readonly nc: NatsConnection
  readonly chainUrl: string
  readonly tasks: readonly Seen[]
  readonly seed: number
}

/**
 * Bundles of a sample hold by the code of `entente verify`, and the blocks that they are anchored in are blocks of the
 * chain: none was lost with a node.
 */
export async function checkBundles({ nc, chainUrl, tasks, seed }: BundlesOptions): Promise<Check> {
  const random = seeded(`bundles/${seed}`)
  const proven = tasks.filter(({ task }) => task.proven)
  const sample = new Set(Array.from({ length: Math.min(sampled, proven.length) }, () => random.pick(proven)))
  const provider = await connectChain(chainUrl)
  const findings: string[] = []
  try {
    for (const { task } of sample) {
      const bundle = JSON.parse(Buffer.from(await getArtifact(nc, task.proven!.bundle)).toString('utf8')) as Bundle
      const { ok, summary } = await verifyBundle(bundle)
      if (!ok) findings.push(`the bundle of task ${task.taskId}: ${summary}`)
      for (const anchor of [bundle.anchors.settlement, bundle.anchors.checkpoint]) {
        if (!anchor) continue
        const number = `0x${anchor.blockNumber.toString(16)}`
        const block = (await provider.send('eth_getBlockByNumber', [number, false])) as { hash: string } | null
        if (block?.hash === anchor.blockHash) continue
        findings.push(`the bundle of task ${task.taskId} is anchored in ${anchor.blockHash}, which the chain has lost`)
      }
    }
  } finally {
    provider.destroy()
  }
  return { what: 'bundles of a sample verify, in blocks that the chain has', count: sample.size, findings }
}
