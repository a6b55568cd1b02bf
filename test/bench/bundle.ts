import { verifyBundle } from '../../evidence/verify.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { hashLeaf, MerkleTree, rootOfInclusion } from '../../protocol/merkle.ts'
import { manySubtasks } from '../evidence/many-subtasks.ts'
import { bundleOf } from '../evidence/simulated-bundle.ts'
import { cpuMs } from './cpu-ms.ts'
import { type Row, seconds } from './print-table.ts'

/** Verifies whole bundles, each of a task taken through the coordinator's rules with real keys. */
export async function benchBundles(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const subtasks of sizes) {
    const text = JSON.stringify(await bundleOf(manySubtasks(subtasks)))
    const [startMs, startCpuMs] = [performance.now(), cpuMs()]
    const { ok, summary, checks } = await verifyBundle(JSON.parse(text))
    const [tookMs, tookCpuMs] = [performance.now() - startMs, cpuMs() - startCpuMs]
    if (!ok) throw new Error(summary)
    const count = (name: string) => checks.find(check => check.name === name)!.count
    rows.push({
      subtasks,
      events: count('events'),
      signatures: count('signatures'),
      MB: Number((text.length / 1e6).toFixed(1)),
      'verified, s': seconds(tookMs),
      'of the processor, s': seconds(tookCpuMs),
    })
  }
  return rows
}

const proofs = 10_000

/** Proofs of inclusion, spread over a log of so many leaves: making one, and checking one. In time of the processor. */
export function benchInclusion(leaves: number): Row {
  const tree = new MerkleTree()
  const leafOf = (index: number) => hashLeaf(sha256(`leaf ${index}`))
  let startMs = cpuMs()
  for (let index = 0; index < leaves; index++) tree.append(leafOf(index))
  const appendMs = cpuMs() - startMs
  const root = tree.root()
  const indexes = Array.from({ length: proofs }, (_, at) => Math.floor((at * leaves) / proofs))
  startMs = cpuMs()
  const paths = indexes.map(index => tree.inclusion(index))
  const proveMs = cpuMs() - startMs
  const checked: { hash: Hex; index: number; path: Hex[] }[] = indexes.map((index, at) => {
    return { hash: leafOf(index), index, path: paths[at]! }
  })
  startMs = cpuMs()
  const wrong = checked.filter(({ hash, index, path }) => rootOfInclusion(hash, index, leaves, path) !== root)
  const checkMs = cpuMs() - startMs
  if (wrong.length > 0) throw new Error(`${wrong.length} proofs do not lead to the root`)
  const micros = (ms: number, count: number) => (ms * 1000) / count
  return {
    leaves,
    'append µs': micros(appendMs, leaves),
    'prove µs': micros(proveMs, proofs),
    'check µs': micros(checkMs, proofs),
  }
}
