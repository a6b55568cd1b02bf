import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../../protocol/errors.ts'
import type { NodeState } from '../../protocol/gateway-door.ts'
import type { ProfileName } from '../../stack/chain-profile.ts'
import type { Log } from '../../stack/log.ts'
import { type NodeEntry, parseNode } from '../../stack/node-list.ts'
import { createBell, type HeadBell } from '../bell.ts'
import type { RpcHeader } from '../block.ts'
import { type Chosen, chooseProfile } from '../profiles/choose-profile.ts'
import { NodeError, NodeSilent, patient, patiently, type Rpc } from '../rpc.ts'
import { hashesToItself } from './check-answer.ts'
import { followHeads } from './heads.ts'
import { type Identity, identityOf, lookAt, whyForeign } from './look-at.ts'
import { createNode, type Node, type NodeOptions, stateOf } from './node.ts'
import { createRouter } from './router.ts'

const FIRST_ANSWER_MS = 10_000
const RETRY_MS = 200
const defaults = { timeoutMs: 5_000, probeTimeoutMs: 1_000, maxLag: 5, lookMs: 500 }

export type NodesOptions = {
  list: readonly NodeEntry[]
  /** Blocks on top of a block after which it is final: there, a majority of the readers must have the same. */
  finalityBlocks: number
  /** The chain's profile, where it was named. */
  named?: ProfileName | undefined
  log: Log
} & Partial<NodeOptions & { lookMs: number }>

/** The nodes of the chain as one `Rpc`: a gateway that is given it does not know how many there are. */
export interface Nodes {
  readonly rpc: Rpc
  /** What one reader says, unchecked: for the start, when it is not known yet whether what is known of the chain is so. */
  readonly unchecked: Rpc
  readonly chosen: Chosen
  /** Rings when a node that is listened to says that it has a new head. */
  readonly heads: HeadBell
  list(): NodeState[]
  /** @throws EntenteError NODE_REFUSED */
  add(entry: string): Promise<NodeState>
  /** @throws EntenteError NOT_FOUND; NODE_REFUSED for the last writer or reader */
  remove(name: string): NodeState
  stop(): Promise<void>
}

/**
 * Finds out which chain the nodes are on, leaves out those of another, and looks after them from then on.
 *
 * @throws EntenteError CHAIN_UNREACHABLE when none answers in ten seconds
 */
export async function openNodes(options: NodesOptions): Promise<Nodes> {
  const { list, log, lookMs, named, ...limits } = { ...defaults, ...options }
  const heads = createBell()
  let nodes = list.map(entry => createNode(entry, limits))
  const standings = new Map<Node, string>()
  const stopping = new AbortController()
  const identity = await agreeOnChain(nodes)
  const patience = { timeoutMs: FIRST_ANSWER_MS }
  await patiently(lookForOne, patience)
  const usual = await hashUsually(nodes)
  const chosen = await chooseProfile(patient(firstOf(nodes), patience), named)
  const { checked, unchecked } = createRouter({
    ...{ nodes: () => nodes, finalityBlocks: options.finalityBlocks, usual, takeOut, log },
    rules: chosen.profile.receipts,
  })

  nodes.forEach(hear)

  /** What a node that is out says is no reason to look. */
  function hear(node: Node): void {
    const { name, headsUrl: url } = node
    if (url !== undefined) node.heads = followHeads({ url, name, log, onHead: () => node.out ?? heads.ring() })
  }

  function takeOut(node: Node, why: string): void {
    if (node.out !== null) return
    node.out = why
    tell(node)
  }

  /** Says what has changed; a node that is out is an alert. */
  function tell(node: Node): void {
    const { standing, why } = node.standing()
    if (standings.get(node) === standing) return
    standings.set(node, standing)
    if (standing === 'out') log.error({ node: node.name, why }, 'a node is taken out')
    else log[standing === 'well' ? 'info' : 'warn']({ node: node.name, standing, why }, 'a node has changed')
  }

  async function look(): Promise<void> {
    await lookAt(nodes, identity)
    nodes.forEach(tell)
  }

  /** What the chain is like has to be asked of one that is on it. */
  async function lookForOne(): Promise<void> {
    await look()
    if (!nodes.some(isOnChain)) throw new NodeSilent('none of the nodes answers')
  }

  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {})
      await look().catch(error => log.error({ err: error }, 'the nodes are looked at later'))
    }
  })()

  return {
    ...{ rpc: checked, unchecked, chosen },
    heads: { ...heads, isHeard: () => nodes.some(({ out, heads }) => out === null && heads?.isOpen()) },
    list: () => nodes.map(stateOf),
    async add(text) {
      const entry = parseNode(text)
      if (entry === null)
        throw new EntenteError('NODE_REFUSED', 'a node is named by its URL, its roles before it: reader@http://…')
      const node = createNode(entry, limits)
      if (nodes.some(({ name }) => name === node.name)) throw new EntenteError('NODE_REFUSED', `${node.name} is there`)
      const why = await identityOf(node).then(
        found => whyForeign(found, identity),
        () => 'it does not answer',
      )
      if (why !== null) throw new EntenteError('NODE_REFUSED', `${node.name}: ${why}`)
      nodes = [...nodes, node]
      hear(node)
      await look()
      return stateOf(node)
    },
    remove(name) {
      const node = nodes.find(each => each.name === name)
      if (node === undefined) throw new EntenteError('NOT_FOUND', `there is no node ${name}`)
      const left = nodes.filter(each => each !== node)
      for (const role of ['writer', 'reader'] as const) {
        if (!left.some(({ roles }) => roles.includes(role))) {
          throw new EntenteError('NODE_REFUSED', `${name} is the last ${role}`)
        }
      }
      nodes = left
      void node.heads?.stop()
      return stateOf(node)
    },
    async stop() {
      stopping.abort()
      await Promise.all([looking, ...nodes.map(({ heads }) => heads?.stop())])
    },
  }
}

/** The chain that most of the nodes are on, the first among equals; they may be starting too. */
async function agreeOnChain(nodes: readonly Node[]): Promise<Identity> {
  const endMs = performance.now() + FIRST_ANSWER_MS
  for (;;) {
    const answers = await Promise.all(nodes.map(node => identityOf(node).catch(asSilence)))
    const found = answers.filter(answer => answer !== null)
    const late = performance.now() > endMs
    if (found.length > nodes.length / 2 || (late && found.length > 0)) {
      const groups = Map.groupBy(found, ({ chainId, genesisHash }) => `${chainId} ${genesisHash}`)
      return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most))[0]!
    }
    if (late) throw new EntenteError('CHAIN_UNREACHABLE', `none of ${nodes.map(({ name }) => name).join(', ')} answers`)
    await sleep(RETRY_MS)
  }
}

function isOnChain({ known, out }: Node): boolean {
  return known && out === null
}

/** Of those that are on the chain, the first that answers. */
function firstOf(nodes: readonly Node[]): Rpc {
  return async <T>(method: string, params: readonly unknown[]): Promise<T> => {
    let silence = new NodeSilent('none of the nodes answers')
    for (const { call } of nodes.filter(isOnChain)) {
      try {
        return await call<T>(method, params)
      } catch (error) {
        if (!(error instanceof NodeSilent)) throw error
        silence = error
      }
    }
    throw silence
  }
}

/** Whether this chain's headers hash in a way that is known here: then one that does not is a lie. */
async function hashUsually(nodes: readonly Node[]): Promise<boolean> {
  const known = nodes.filter(isOnChain)
  const latest = ({ probe }: Node) =>
    probe<RpcHeader | null>('eth_getBlockByNumber', ['latest', false]).catch(asSilence)
  const headers = (await Promise.all(known.map(latest))).filter(header => header !== null)
  return headers.filter(hashesToItself).length > headers.length / 2
}

function asSilence(error: unknown): null {
  if (error instanceof NodeSilent || error instanceof NodeError) return null
  throw error
}
