import type { Hex } from '../bindings.ts'
import type { Scene } from './scene.ts'
import { sign } from './sign.ts'

const ROOT = `0x${'5a'.repeat(32)}` as Hex

export async function measureEvidence(scene: Scene): Promise<void> {
  await checkpoint(scene, 100n)
  scene.gas['anchor a checkpoint of the evidence log'] = await checkpoint(scene, 10_100n)
  scene.gas['anchor the root of a tree of any service'] = await scene.act(scene.governor, 'Anchors', 'anchor', [
    ROOT,
    100_000n,
  ])
}

async function checkpoint(scene: Scene, size: bigint): Promise<number> {
  const signature = await sign(scene.addresses, scene.logKeeper, 'Checkpoint', { size, root: ROOT })
  return scene.act(scene.governor, 'EvidenceLog', 'checkpoint', [size, ROOT, signature])
}
