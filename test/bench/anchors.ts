import { hash, randomFillSync } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import { checkAnchoredItem } from '../../evidence/check-anchored-item.ts'
import { itemsAtOnce } from '../../protocol/anchoring.ts'
import type { Hex } from '../../protocol/hash.ts'
import { ItemTree } from '../../protocol/item-tree.ts'
import { awaitAnchored, type Batch, proofsOf, submitItems } from '../../stack/anchor-items.ts'
import { type Ground, withGround } from '../harness/gateway-ground.ts'
import { inParallel } from './gateway/measured.ts'
import type { Row } from './print-table.ts'
import { cpuMsOf } from './profile/cpu-ticks.ts'

const bytes = 32
const patience = { timeoutMs: 120_000 }
/** Batches that are on their way to their proofs. */
const inFlight = (items: number) => Math.min(2_000, Math.ceil(400_000 / items))

/**
 * Items submitted in bulk: from the first request to the last proof in hand, checked to its root. Beside them, how many
 * leaves one core hashes when it does nothing else, and how many it puts in a tree.
 */
export function benchAnchors(): Promise<Row[]> {
  return withGround(
    async ground => {
      const gateway = await ground.startGateway()
      await anchor(ground, 4, itemsAtOnce)
      const rows = [
        bare('SHA-256 of leaves alone, one core', hashAlone),
        bare('an RFC 6962 tree of them, one core', plant),
      ]
      for (const [batches, items] of [
        [240, itemsAtOnce],
        [1_500, 1_000],
        [5_000, 1],
      ] as const) {
        rows.push(await measure(ground, gateway.pid, batches, items))
      }
      return rows
    },
    { lasting: false },
  )
}

function bare(what: string, work: (items: Buffer) => void): Row {
  const items = randomFillSync(Buffer.alloc(500_000 * bytes))
  work(items)
  const startedMs = performance.now()
  work(items)
  const tookMs = performance.now() - startedMs
  return { ...rowOf(what, items.length / bytes, tookMs), ...microsOf(() => '') }
}

/** The least that there is to do for each. */
function hashAlone(items: Buffer): void {
  const leaf = Buffer.alloc(1 + bytes)
  for (let at = 0; at < items.length; at += bytes) {
    leaf.set(items.subarray(at, at + bytes), 1)
    hash('sha256', leaf, 'binary')
  }
}

function plant(items: Buffer): void {
  const tree = new ItemTree()
  tree.append(items)
  tree.root()
}

async function measure(ground: Ground, gateway: number, batches: number, items: number): Promise<Row> {
  const { nats, chain } = ground
  const pids = { gateway, bus: nats.pid, service: process.pid, node: chain.pid }
  const now = () => microsOf(name => cpuMsOf(pids[name]) * 1_000)
  const before = now()
  const startedMs = performance.now()
  await anchor(ground, batches, items)
  const tookMs = performance.now() - startedMs
  const after = now()
  const each = microsOf(
    name => (Number(after[`CPU µs, ${name}`]) - Number(before[`CPU µs, ${name}`])) / (batches * items),
  )
  return { ...rowOf(`anchored, ${items} in a request`, batches * items, tookMs), ...each }
}

const parties = ['gateway', 'bus', 'service', 'node'] as const

function microsOf(cpu: (name: (typeof parties)[number]) => number | string): Row {
  return Object.fromEntries(parties.map(name => [`CPU µs, ${name}`, cpu(name)]))
}

let runs = 0

async function anchor({ nc, addresses }: Ground, batches: number, items: number): Promise<void> {
  runs += 1
  const run = runs
  await inParallel(batches, inFlight(items), async index => {
    const batch: Batch = {
      tenant: 'consortium',
      businessId: `${run}-${index}`,
      items: randomFillSync(Buffer.alloc(items * bytes)),
    }
    await anchorOne(nc, batch, addresses.Anchors.toLowerCase() as Hex)
  })
}

/** All its items lead to the root; and that one's place on the chain is verified by one of them. */
async function anchorOne(nc: NatsConnection, batch: Batch, contract: Hex): Promise<void> {
  await submitItems(nc, batch, patience)
  const anchored = await awaitAnchored(nc, batch, patience)
  const findings = await checkAnchoredItem(proofsOf(anchored, batch.items)(0), contract)
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
}

function rowOf(what: string, items: number, tookMs: number): Row {
  return { what, items, 'items/s': Math.round((items * 1_000) / tookMs) }
}
