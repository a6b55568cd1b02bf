import type { Hex } from '../../protocol/hash.ts'
import type { Log } from '../../stack/log.ts'
import type { NodeRole } from '../../stack/node-list.ts'
import type { RpcHeader, RpcReceipt } from '../block.ts'
import { NodeSilent, type Rpc } from '../rpc.ts'
import { whyHeaderFalse, whyReceiptsFalse } from './check-answer.ts'
import { createChooser } from './choose.ts'
import { createFinality, keyOfHeader } from './finality.ts'
import { askMajority } from './majority.ts'
import type { Node } from './node.ts'
import { createSuspect } from './suspect.ts'

export type RouterOptions = {
  nodes: () => readonly Node[]
  finalityBlocks: number
  /** Whether headers of this chain hash in a way that is known here. */
  usual: boolean
  takeOut: (node: Node, why: string) => void
  log: Log
}

/** The pool of transactions is that of a writer. */
const ofPool: ReadonlySet<string> = new Set(['eth_sendRawTransaction', 'eth_getTransactionByHash'])

type Check = (node: Node, answer: unknown) => Promise<string | null>

/**
 * Sends each call where it belongs. Where there is one reader its word is all there is, and it is passed on; where there
 * are several, what one says is checked, and what money depends on is asked of all.
 */
export function createRouter({ nodes, finalityBlocks, usual, takeOut, log }: RouterOptions): Rpc {
  const chooser = createChooser(nodes)
  // A node of another chain does not count; one that lied does, until the operator has removed it: the others must not
  // become a majority by being fewer.
  const readers = () => nodes().filter(({ roles, out, known }) => roles.includes('reader') && (out === null || known))
  const whyFalse = (header: RpcHeader) => (usual ? whyHeaderFalse(header) : null)
  const suspect = createSuspect(takeOut)
  const finality = createFinality({ readers, finalityBlocks, suspect, log })

  /**
   * Asks one node after the other until one answers. A send that nobody answered may have arrived at each: it is the same
   * transaction at all of them.
   */
  async function ask<T>(role: NodeRole, method: string, params: readonly unknown[], check?: Check): Promise<T> {
    const order = role === 'reader' ? chooser.forState(method, params) : chooser.inOrder(role)
    let silence = new NodeSilent(`no ${role} is to be asked: none is well`)
    for (const node of order) {
      try {
        const answer = await node.call<T>(method, params)
        const lie = (await check?.(node, answer)) ?? null
        if (lie === null) {
          chooser.answered(role, node)
          return answer
        }
        takeOut(node, lie)
      } catch (error) {
        if (!(error instanceof NodeSilent)) throw error
        silence = error
      }
    }
    throw silence
  }

  const checkHeader: Check = async (_, answer) => {
    const header = answer as RpcHeader | null
    return header === null ? null : (whyFalse(header) ?? finality.whyAstray(header))
  }
  const checkReceipts =
    (number: unknown): Check =>
    async (node, answer) =>
      answer === null ? null : whyReceiptsFalse(node, number, answer as RpcReceipt[], whyFalse)

  /** What is long final has no descendants at hand that would show it to be of another chain, so all are asked. */
  function askForPast(params: readonly unknown[]): Promise<RpcHeader | null> {
    const question = { method: 'eth_getBlockByNumber', params, keyOf: keyOfHeader }
    return askMajority<RpcHeader | null>({
      ...question,
      readers: readers(),
      onDissent: (node, agreed) => suspect(node, question, agreed),
    })
  }

  return async <T>(method: string, params: readonly unknown[]): Promise<T> => {
    if (ofPool.has(method)) return ask<T>('writer', method, params)
    if (readers().length < 2) return ask<T>('reader', method, params)
    switch (method) {
      case 'eth_blockNumber':
        return (await finality.head(Number(await ask<Hex>('reader', method, params)))) as T
      case 'eth_getBlockByNumber':
        if (finality.isPast(params[0])) return (await askForPast(params)) as T
        return ask<T>('reader', method, params, checkHeader)
      case 'eth_getBlockReceipts':
        return ask<T>('reader', method, params, checkReceipts(params[0]))
      default:
        return ask<T>('reader', method, params)
    }
  }
}
