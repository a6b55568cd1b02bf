import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { askWitnesses } from '../../../coordinator/ask-witnesses.ts'
import { CosignedFile } from '../../../coordinator/witness/cosigned-file.ts'
import { startWitness } from '../../../coordinator/witness/start-witness.ts'
import { makeWitnessFolder, readWitnessFolder } from '../../../coordinator/witness/witness-folder.ts'
import { canonicalJson } from '../../../protocol/canonical.ts'
import type { ChainEvent } from '../../../protocol/chain-event.ts'
import { signDocument, signingDomain } from '../../../protocol/documents.ts'
import { type Leaf, leafHash } from '../../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import { MerkleTree } from '../../../protocol/merkle.ts'
import { formatNote } from '../../../protocol/note.ts'
import { addressOf } from '../../../protocol/sign.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { checkpointText, keeperSignature, originOf } from '../../../protocol/tree-head.ts'
import { emptyDirectory } from '../../../registry/directory.ts'
import { ask } from '../../../stack/ask.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { withStack } from '../../harness/with-stack.ts'
import { silent } from '../log/with-log.ts'

const { connect } = withStack()
const domain = signingDomain(31337, `0x${'11'.repeat(20)}`)
const [keeperKey, adminKey] = [sha256('keeper'), sha256('admin')]
const folder = join(scratchDir('witness'), 'health')
let nc: NatsConnection

const leafAt = (index: number): Leaf => {
  return { taskId: sha256('task'), first: index, events: [{ type: 'SubtaskReady', hash: sha256(`${index}`) }] }
}
const treeOf = (leaves: readonly Leaf[]) => {
  const tree = new MerkleTree()
  for (const leaf of leaves) tree.append(leafHash(leaf))
  return tree
}
const leaves = Array.from({ length: 200 }, (_, index) => leafAt(index))
const honest = treeOf(leaves)

/** What a keeper signs. */
function checkpointOf(size: number, root: Hex = honest.root(size), key = keeperKey) {
  return { size, root, signer: addressOf(key), signature: signDocument(domain, 'Checkpoint', { size, root }, key) }
}

/** What the witness says to the keeper's face. */
const askFor = (checkpoint: ReturnType<typeof checkpointOf>) => {
  const origin = originOf(domain)
  const signatures = [keeperSignature(origin, checkpoint)]
  const note = formatNote({ text: checkpointText({ origin, ...checkpoint }), signatures })
  return ask(nc, subjects.witness, note, { timeoutMs: 10_000, silence: 'NOT_FOUND' })
}

async function publish(from: number, to: number) {
  for (const leaf of leaves.slice(from, to)) {
    await jetstream(nc).publish(subjects.evidence('event'), canonicalJson(leaf))
  }
}

async function start() {
  const witness = await startWitness(nc, silent, {
    ...readWitnessFolder(folder),
    domain,
    file: new CosignedFile(folder),
  })
  const stop = () => witness.stop()
  onTestFinished(stop)
  return stop
}

beforeAll(async () => {
  nc = await connect('witness')
  await ensureStreams(nc, { replicas: 1 })
  const appointed: Partial<ChainEvent> = {
    ...{ contract: 'EvidenceLog', event: 'KeeperAppointed', args: { keeper: addressOf(keeperKey) } },
    ...{ address: domain.verifyingContract, blockNumber: 1, blockHash: sha256('block'), blockTimeMs: 1, logIndex: 0 },
    txHash: sha256('transaction'),
  }
  await jetstream(nc).publish(subjects.chainEvent('EvidenceLog', 'KeeperAppointed'), JSON.stringify(appointed))
  makeWitnessFolder(folder, publicKey => {
    const document = { domainId: 'health', name: 'health.example/witness', publicKey }
    return { ...document, signer: addressOf(adminKey), signature: signDocument(domain, 'Witness', document, adminKey) }
  })
})

it('cosigns a log that grows, and refuses one that is rolled back or forked, also when it was away meanwhile', async () => {
  const directory = emptyDirectory()
  const admin = addressOf(adminKey)
  directory.domains.set('health', { domainId: 'health', admin, name: 'Health', status: 'admitted' })
  const keeper = { nc, log: silent, directory: { current: () => directory }, domain }

  await publish(0, 100)
  const stop = await start()
  const witnessed = await askWitnesses(keeper, checkpointOf(100))
  expect(witnessed!.witnesses.map(({ domainId }) => domainId)).toEqual(['health'])
  expect(witnessed!.note.split('\n').at(-2)).toMatch(/^— health\.example\/witness /)

  // A keeper that shows this domain another log than others: the same length, and longer.
  const forked = treeOf([...leaves.slice(0, 99), leafAt(1_000), ...leaves.slice(100)])
  await expect(askFor(checkpointOf(100, forked.root(100)))).rejects.toMatchObject({ code: 'CHECKPOINT_FORKED' })
  await publish(100, 150)
  await expect(askFor(checkpointOf(150, forked.root(150)))).rejects.toMatchObject({ code: 'CHECKPOINT_FORKED' })
  await expect(askFor(checkpointOf(90))).rejects.toMatchObject({ code: 'CHECKPOINT_ROLLED_BACK' })
  await expect(askFor(checkpointOf(150, honest.root(150), adminKey))).rejects.toMatchObject({
    code: 'CHECKPOINT_INVALID',
  })
  expect(await askWitnesses(keeper, checkpointOf(150))).not.toBeNull()
  // What a witness does not know it does not say.
  await expect(askFor(checkpointOf(151))).rejects.toMatchObject({ code: 'WITNESS_BEHIND' })

  // The cosignature of one that its domain did not appoint counts for nothing.
  directory.domains.set('health', {
    domainId: 'health',
    admin: addressOf(keeperKey),
    name: 'Health',
    status: 'admitted',
  })
  expect(await askWitnesses(keeper, checkpointOf(150))).toBeNull()

  await stop()
  await start()
  await expect(askFor(checkpointOf(149))).rejects.toMatchObject({ code: 'CHECKPOINT_ROLLED_BACK' })
  await publish(150, 160)
  expect(await askFor(checkpointOf(160))).toMatchObject({ appointment: { domainId: 'health' } })
  const kept = readFileSync(join(folder, 'contradictions.txt'), 'utf8')
  expect(kept.match(/^evidence\.entente/gm)).toHaveLength(2)
})

it('refuses a log that was rewritten while it was away', async () => {
  const file = new CosignedFile(folder)
  file.keep({ origin: originOf(domain), size: 120, root: sha256('another history') })
  await start()
  await expect(askFor(checkpointOf(160))).rejects.toMatchObject({ code: 'CHECKPOINT_FORKED' })
})
