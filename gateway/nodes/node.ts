import { createHash } from 'node:crypto'
import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
  wrap,
} from 'cockatiel'
import type { NodeState } from '../../protocol/gateway-door.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { NodeEntry } from '../../stack/node-list.ts'
import { connectRpc, NodeSilent, type Rpc } from '../rpc.ts'
import type { Heads } from './heads.ts'
import { withStandIns } from './stand-in.ts'

/** So many requests in a row unanswered, and the node is left alone for a while. */
const FAILURES = 3
const LEFT_ALONE_MS = 1_000
/** Requests with one node at once, and those that wait for their turn: a slow one holds up no more than these. */
const AT_ONCE = 512
const WAITING = 4_096
/** What the newest answer weighs in the averages. */
const NEWEST = 0.2

/** One node of the chain, and what is thought of it. */
export interface Node extends NodeEntry {
  readonly name: string
  /** Through its breaker and bulkhead. Throws NodeSilent when they are shut, too. */
  readonly call: Rpc
  /** Past them, and with less patience: to find out whether it is well. */
  readonly probe: Rpc
  /** Null as long as it is not listened to. */
  heads: Heads | null
  /** Once it was found to be of this chain. */
  known: boolean
  head: { number: number; hash: Hex } | null
  lag: number
  latencyMs: number
  errorRate: number
  /** Why it is asked no more; null as long as it is. */
  out: string | null
  /** Its breaker is open: a call that succeeds closes it, once it was left alone for long enough. */
  isShut(): boolean
  standing(): { standing: NodeState['standing']; why: string | null }
}

export type NodeOptions = {
  timeoutMs: number
  probeTimeoutMs: number
  /** Blocks that a node may be behind the best, and still be read from. */
  maxLag: number
}

export function createNode(entry: NodeEntry, { timeoutMs, probeTimeoutMs, maxLag }: NodeOptions): Node {
  const breaker = circuitBreaker(handleType(NodeSilent), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: LEFT_ALONE_MS,
  })
  const node: Node = {
    ...entry,
    name: nameOf(entry.url),
    call: guard(
      measured(withStandIns(connectRpc(entry.url, { timeoutMs })), count),
      breaker,
      bulkhead(AT_ONCE, WAITING),
    ),
    probe: measured(connectRpc(entry.url, { timeoutMs: probeTimeoutMs }), count),
    heads: null,
    known: false,
    head: null,
    lag: 0,
    latencyMs: 0,
    errorRate: 0,
    out: null,
    isShut: () => breaker.state === CircuitState.Open,
    standing() {
      if (node.out !== null) return { standing: 'out', why: node.out }
      if (!node.known || node.head === null) return { standing: 'silent', why: 'it has not answered yet' }
      if (node.isShut()) return { standing: 'silent', why: 'it does not answer' }
      if (node.lag > maxLag) return { standing: 'behind', why: `${node.lag} blocks behind the best` }
      return { standing: 'well', why: null }
    },
  }
  function count(answered: boolean, ms: number): void {
    node.errorRate += NEWEST * ((answered ? 0 : 1) - node.errorRate)
    if (answered) node.latencyMs += (node.latencyMs === 0 ? 1 : NEWEST) * (ms - node.latencyMs)
  }
  return node
}

type Count = (answered: boolean, ms: number) => void

function measured(rpc: Rpc, count: Count): Rpc {
  return async (method, params) => {
    const startedMs = performance.now()
    const done = (answered: boolean) => count(answered, performance.now() - startedMs)
    try {
      const answer = await rpc(method, params)
      done(true)
      return answer as never
    } catch (error) {
      done(!(error instanceof NodeSilent))
      throw error
    }
  }
}

/** Time in the queue of the bulkhead is not the node's, so what is measured is within. */
function guard(rpc: Rpc, breaker: CircuitBreakerPolicy, room: BulkheadPolicy): Rpc {
  const policy = wrap(room, breaker)
  return async (method, params) => {
    try {
      return await policy.execute(() => rpc(method, params) as never)
    } catch (error) {
      const shut = error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError
      throw shut ? new NodeSilent('the node is left alone for a while', { cause: error }) : error
    }
  }
}

function nameOf(url: string): string {
  return `${new URL(url).host}#${createHash('sha256').update(url).digest('hex').slice(0, 6)}`
}

export function stateOf(node: Node): NodeState {
  const { name, roles, head, lag, latencyMs, errorRate, heads } = node
  const rounded = { latencyMs: Math.round(latencyMs), errorRate: Math.round(errorRate * 100) / 100 }
  const heard = heads && (heads.isOpen() ? ('heard' as const) : ('not heard' as const))
  return { name, roles: [...roles], ...node.standing(), head: head?.number ?? null, lag, ...rounded, heads: heard }
}
