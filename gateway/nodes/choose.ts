import type { NodeRole } from '../../stack/node-list.ts'
import type { Node } from './node.ts'

/** Full nodes keep states of about this many blocks. */
const STATES_KEPT = 128
/** So much better than the one in use must another be, that it is changed for it. */
const MUCH_BETTER = 3
/** Differences below this are noise. */
const NOISE_MS = 20

/** Which nodes are asked, and in which order. One in use is kept, so that answers come from one view of the chain. */
export function createChooser(nodes: () => readonly Node[]) {
  const inUse = new Map<NodeRole, Node>()

  /**
   * Nodes of a role, the best first, those that do not answer last. Never one that lags, or is out.
   */
  function inOrder(role: NodeRole): Node[] {
    const usable = nodes().filter(node => node.roles.includes(role))
    const standing = (wanted: string) => usable.filter(node => node.standing().standing === wanted)
    const well = standing('well').sort((a, b) => costOf(a) - costOf(b))
    const kept = inUse.get(role)
    const first =
      kept !== undefined && well.includes(kept) && costOf(kept) <= MUCH_BETTER * costOf(well[0]!) ? kept : well[0]
    return [...(first === undefined ? [] : [first]), ...well.filter(node => node !== first), ...standing('silent')]
  }

  return {
    inOrder,
    /** For a state that is long past, the nodes that keep such states come first. */
    forState(method: string, params: readonly unknown[]): Node[] {
      const readers = inOrder('reader')
      return isLongPast(method, params, readers[0]) ? [...new Set([...inOrder('archive'), ...readers])] : readers
    },
    answered: (role: NodeRole, node: Node) => inUse.set(role, node),
  }
}

function costOf({ latencyMs, errorRate }: Node): number {
  return (latencyMs + NOISE_MS) * (1 + 9 * errorRate)
}

const byState: ReadonlySet<string> = new Set([
  'eth_call',
  'eth_getTransactionCount',
  'eth_getBalance',
  'eth_getCode',
  'eth_getProof',
])

function isLongPast(method: string, params: readonly unknown[], node: Node | undefined): boolean {
  const block = params.at(-1)
  if (!byState.has(method) || typeof block !== 'string' || !/^0x[0-9a-f]{1,14}$/.test(block)) return false
  return node?.head !== undefined && node.head !== null && Number(block) < node.head.number - STATES_KEPT
}
