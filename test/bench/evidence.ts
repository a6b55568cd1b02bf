import { readFile } from 'node:fs/promises'
import type { TaskEvent } from '../../protocol/events.ts'
import { leafHash, leafOf } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { MerkleTree, rootOfInclusion } from '../../protocol/merkle.ts'

/** What one item of evidence costs, when so many share a checkpoint. */
export type EvidenceRow = {
  readonly items: number
  /** Canonical form, hashes and append: from an event to its leaf in the tree. */
  readonly appendMicros: number
  /** Finding the path that goes into a bundle. */
  readonly proveMicros: number
  /** From the event and its path to the root: what a verifier does. */
  readonly verifyMicros: number
  /** The path, 32 bytes a step; the mean over the items. */
  readonly proofBytes: number
  /** The item's share of the checkpoint on chain. */
  readonly gas: number
}

const sizes = [1, 100, 10_000]
/** As many items in all, for each size, so that small sizes are measured as well as large ones. */
const measured = 20_000

/** Cost of evidence per item at 1, 100 and 10,000 items a checkpoint. */
export async function benchEvidence(): Promise<EvidenceRow[]> {
  const gas = await checkpointGas()
  measure(1_000, measured)
  return sizes.map(items => ({ items, ...measure(items, measured), gas: gas / items }))
}

/** Gas of one checkpoint as `contracts/gas.ts` measured it, 21,000 and calldata included. */
async function checkpointGas(): Promise<number> {
  const file = new URL('../../contracts/gas.json', import.meta.url)
  const gas = JSON.parse(await readFile(file, 'utf8'))['anchor a checkpoint of the evidence log']
  if (typeof gas !== 'number') throw new Error('contracts/gas.json has no gas of a checkpoint')
  return gas
}

function measure(items: number, total: number): Omit<EvidenceRow, 'items' | 'gas'> {
  const rounds = Math.ceil(total / items)
  let [appendMs, proveMs, verifyMs, steps] = [0, 0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: items }, (_, index) => receivedEvent(round * items + index))
    const tree = new MerkleTree()
    appendMs += timed(() => {
      for (const [index, event] of events.entries()) tree.append(leafHash(leafOf(sha256('task'), index, [event])))
    })
    const root = tree.root()
    let paths: Hex[][] = []
    proveMs += timed(() => {
      paths = events.map((_, index) => tree.inclusion(index))
    })
    verifyMs += timed(() => {
      for (const [index, event] of events.entries()) {
        const found = rootOfInclusion(leafHash(leafOf(sha256('task'), index, [event])), index, items, paths[index]!)
        if (found !== root) throw new Error(`item ${index} does not lead to the root`)
      }
    })
    steps += paths.reduce((sum, path) => sum + path.length, 0)
  }
  const each = (ms: number) => (ms * 1000) / (rounds * items)
  const proofBytes = (32 * steps) / (rounds * items)
  return { appendMicros: each(appendMs), proveMicros: each(proveMs), verifyMicros: each(verifyMs), proofBytes }
}

/** An event of the kind that evidence has most of: an agent's signed result. */
function receivedEvent(index: number): TaskEvent {
  const [taskId, hash] = [sha256('task'), sha256(`${index}`)]
  const place = { subtaskId: 'forecast-threat', attempt: 1, agentId: `${index}` }
  const receipt = { taskId, ...place, inputHash: hash, outputHash: hash, startedAtMs: index, finishedAtMs: index + 1 }
  const output = { landfall: { latitude: 29.3, longitude: -89.6, atMs: index }, windKt: 110 + (index % 40) / 10 }
  const answer = { kind: 'result', output, receipt, signature: `${hash}${hash.slice(2)}1b`, salt: hash }
  return { type: 'ResultReceived', atMs: index, ...place, answer } as TaskEvent
}

function timed(work: () => void): number {
  const startMs = performance.now()
  work()
  return performance.now() - startMs
}

if (import.meta.main) {
  const round = (value: number) => Number(value.toFixed(1))
  const rows = await benchEvidence()
  console.table(
    rows.map(row => ({
      'items a checkpoint': row.items,
      'append µs': round(row.appendMicros),
      'prove µs': round(row.proveMicros),
      'verify µs': round(row.verifyMicros),
      'proof bytes': round(row.proofBytes),
      'gas an item': round(row.gas),
    })),
  )
}
