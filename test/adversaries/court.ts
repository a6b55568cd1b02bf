import { fileURLToPath } from 'node:url'
import { JsonRpcProvider, NonceManager } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { decodeRevert, encodeCall } from '../../contracts/bindings.ts'
import { foldBatches, type PostedBatches } from '../../coordinator/settlement/posted-batches.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import { leafHash } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../../protocol/ids.ts'
import { MerkleTree } from '../../protocol/merkle.ts'
import { addressOf } from '../../protocol/sign.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { TowerFigures } from '../../protocol/tower-figures.ts'
import { perform } from '../../registry/perform.ts'
import { signWalletConsent } from '../../registry/wallet-consent.ts'
import { ask } from '../../stack/ask.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { followStream } from '../../stack/follow-stream.ts'
import { openLog } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { type Child, startProcess } from '../../stack/process.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'
import { type Cast, keysOf } from '../coordinator/flow/batch/scene.ts'
import type { Ground } from '../harness/gateway-ground.ts'

const towerMain = fileURLToPath(new URL('../../coordinator/settlement/tower/main.ts', import.meta.url))
const plenty = 10n ** 15n
const leaves = 8

/** A chain with agents, requesters and a settler, the evidence log anchored, and a tower that watches. */
export interface Court {
  readonly ground: Ground
  readonly batches: PostedBatches
  /** Unix time in seconds of the newest block. */
  now(): Promise<number>
  skip(seconds: number): Promise<void>
  cast(): Promise<Cast>
  /** By the settler; waits until it is mined. @throws when the contract refuses it */
  settle(contract: ContractName, call: string, args: readonly unknown[]): Promise<void>
  /** Waits for what the events, or the tower, will say. */
  until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T>
  figures(): Promise<TowerFigures>
  startTower(): Promise<Child<unknown>>
  stop(): Promise<void>
}

const patienceMs = 60_000

export async function openCourt(ground: Ground, agents = 5): Promise<Court> {
  const { nc, chain, tower, governor, credsFile, dir } = ground
  const provider = new JsonRpcProvider(chain.url, undefined, {
    ...{ staticNetwork: true, cacheTimeout: -1, batchStallTime: 0, pollingInterval: 30 },
  })
  await ground.startGateway({ finalityBlocks: 0 })
  const info = await askChainInfo(nc)
  const domain = signingDomain(info.chainId, info.contractRegistry)
  const [admin, settler, keeper] = [ground.freshAccount(), ground.freshAccount(), ground.freshAccount()]
  const [ofAdmin, ofSettler] = [admin, settler].map(each => new NonceManager(each.connect(provider)))
  const agentKeys = keysOf('agent', agents)
  const requesterKeys = keysOf('requester', 3)
  const send = async (by: NonceManager, contract: ContractName, call: string, args: readonly unknown[]) => {
    const data = encodeCall(ABIS[contract], call as never, args as never)
    const sent = await by.sendTransaction({ to: info.contracts[contract]!, data, gasLimit: 5_000_000n })
    try {
      await sent.wait()
    } catch (error) {
      const again = await provider
        .call({ from: sent.from, to: sent.to!, data, blockTag: 'latest' })
        .catch(cause => cause)
      const why = decodeRevert((again as { data?: string }).data ?? '0x')
      throw new Error(`${contract}.${call} fails: ${why?.name} ${Object.values(why?.args ?? {})}`, { cause: error })
    }
  }
  let steps = 0
  const govern = (contract: ContractName, call: string, args: unknown[]) =>
    perform(nc, {
      ...{ operation: call.toLowerCase(), businessId: `${steps++}`, from: governor },
      ...{ contract, call, args: args as never },
    })

  await govern('EntenteToken', 'mint', [governor, `${100n * plenty}`])
  await govern('EntenteToken', 'approve', [info.contracts.Escrow!, `${100n * plenty}`])
  const funded = [settler.address.toLowerCase(), tower, ...requesterKeys.map(addressOf)]
  await Promise.all([
    ...funded.map(account => govern('Escrow', 'deposit', [account, `${plenty}`])),
    govern('AccessManager', 'grantRole', ['1', settler.address.toLowerCase(), '0']),
    govern('EvidenceLog', 'appoint', [keeper.address.toLowerCase()]),
    govern('Domains', 'admit', [domainToBytes32('weather'), admin.address.toLowerCase(), 'Weather']),
  ])
  for (const [index, key] of agentKeys.entries()) {
    const agentId = BigInt(index)
    await send(ofAdmin!, 'IdentityRegistry', 'register', ['https://agents.example/card.json'])
    const deadline = (await provider.getBlock('latest'))!.timestamp + 120
    const consent = { agentId: `${index}`, newWallet: addressOf(key), owner: admin.address as Address, deadline }
    const signature = signWalletConsent(consent, info, key)
    await send(ofAdmin!, 'IdentityRegistry', 'setAgentWallet', [agentId, addressOf(key), BigInt(deadline), signature])
    await send(ofAdmin!, 'Domains', 'enrol', [domainToBytes32('weather'), agentId])
  }
  const evidence = await anchorEvidence(ground, domain, keeper.privateKey as Hex, (args: unknown[]) =>
    send(ofSettler!, 'EvidenceLog', 'checkpoint', args),
  )

  const batches: PostedBatches = new Map()
  const log = openLog('court', { LOG_LEVEL: 'warn' }, `${dir}/court.log`)
  const following = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('*', '*'),
    take: (message: StreamMessage) => void foldBatches(batches, parseJson(ChainEvent, message.data)!),
    log,
  })
  const startTower = () =>
    startProcess({
      name: 'tower',
      entry: towerMain,
      env: {
        ...{ NATS_URL: ground.nats.url, NATS_CREDS: credsFile, ETH_RPC_URL: chain.url, ENTENTE_ACCOUNT: tower },
        LOG_LEVEL: 'info',
      },
      dir,
    })
  const now = async () => (await provider.getBlock('latest'))!.timestamp
  return {
    ground,
    batches,
    now,
    async skip(seconds) {
      await provider.send('evm_increaseTime', [seconds])
      await provider.send('evm_mine', [])
    },
    cast: async () => ({
      ...{ domain, token: info.contracts.EntenteToken!, agentKeys, requesterKeys, evidence },
      ...{ postedAt: BigInt(await now()), poolBits: [0, 3, 30, 30] },
    }),
    settle: (contract, call, args) => send(ofSettler!, contract, call, args),
    async until(what, look) {
      const endMs = performance.now() + patienceMs
      for (;;) {
        const seen = await look()
        if (seen !== undefined) return seen
        if (performance.now() > endMs) throw new Error(`${what}: not within ${patienceMs} ms`)
        await new Promise(resolve => setTimeout(resolve, 25))
      }
    },
    figures: async () =>
      TowerFigures.parse(await ask(nc, subjects.towerFigures, null, { timeoutMs: 5_000, silence: 'CHAIN_SLOW' })),
    startTower,
    async stop() {
      await following.stop()
      provider.destroy()
    },
  }
}

/** Leaves as coordinators write them, and the checkpoint over them on chain. */
async function anchorEvidence(
  { nc }: Ground,
  domain: ReturnType<typeof signingDomain>,
  keeperKey: Hex,
  checkpoint: (args: unknown[]) => Promise<void>,
): Promise<Hex[]> {
  const tree = new MerkleTree()
  const hashes: Hex[] = []
  for (let index = 0; index < leaves; index++) {
    const leaf = {
      taskId: sha256(`task ${index}`),
      first: 0,
      events: [{ type: 'TaskSubmitted', hash: sha256('event') }],
    }
    await nc.request(subjects.evidence('event'), canonicalJson(leaf))
    hashes.push(leafHash(leaf))
    tree.append(leafHash(leaf))
  }
  const document = { size: leaves, root: tree.root() }
  await checkpoint([BigInt(leaves), document.root, signDocument(domain, 'Checkpoint', document, keeperKey)])
  return hashes
}
