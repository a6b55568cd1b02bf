import type { Hex } from '../../protocol/hash.ts'
import type { RpcHeader } from '../block.ts'
import { NodeError, NodeSilent } from '../rpc.ts'
import type { Node } from './node.ts'

/** What tells one chain from another. */
export interface Identity {
  readonly chainId: Hex
  readonly genesisHash: Hex
}

/** Asks a node which chain it is on. Throws NodeSilent, NodeError. */
export async function identityOf({ probe }: Node): Promise<Identity> {
  const [chainId, genesis] = await Promise.all([
    probe<Hex>('eth_chainId', []),
    probe<RpcHeader | null>('eth_getBlockByNumber', ['0x0', false]),
  ])
  if (genesis === null) throw new NodeSilent('the node does not have the genesis block')
  return { chainId, genesisHash: genesis.hash }
}

/**
 * Looks at all nodes at the same moment: which chain they are on, the first time and after each silence, and how far
 * they are.
 */
export async function lookAt(nodes: readonly Node[], identity: Identity | null): Promise<void> {
  await Promise.all(nodes.map(node => lookAtOne(node, identity)))
  const best = bestHead(nodes)
  for (const node of nodes) node.lag = node.head === null ? 0 : Math.max(0, best - node.head.number)
}

async function lookAtOne(node: Node, identity: Identity | null): Promise<void> {
  if (node.out !== null) return
  try {
    // A node that was away may have come back as another.
    if (!node.known && identity !== null) {
      node.out = whyForeign(await identityOf(node), identity)
      node.known = node.out === null
    }
    const head = await node.probe<RpcHeader | null>('eth_getBlockByNumber', ['latest', false])
    // It answers again, and nobody else would call it.
    if (node.isShut()) await node.call('eth_chainId', []).catch(() => {})
    node.head = head && { number: Number(head.number), hash: head.hash }
  } catch (error) {
    if (!(error instanceof NodeSilent) && !(error instanceof NodeError)) throw error
    node.known = false
    node.head = null
  }
}

/** @returns why a node is of another chain; null when it is of this */
export function whyForeign(found: Identity, { chainId, genesisHash }: Identity): string | null {
  if (found.chainId !== chainId) return `its chain id is ${Number(found.chainId)}, not ${Number(chainId)}`
  return found.genesisHash === genesisHash ? null : `its genesis block is ${found.genesisHash}, not ${genesisHash}`
}

/**
 * The highest head that a majority has, or is beyond: of three nodes, one that makes up blocks cannot make the others
 * look late. Of two it is the higher.
 */
function bestHead(nodes: readonly Node[]): number {
  const heads = nodes.flatMap(({ head, out }) => (head === null || out !== null ? [] : [head.number]))
  return heads.sort((a, b) => b - a)[Math.floor((heads.length - 1) / 2)] ?? 0
}
