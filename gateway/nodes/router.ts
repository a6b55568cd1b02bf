import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { ReceiptRules } from '../../stack/chain-profile.ts'
import type { Log } from '../../stack/log.ts'
import type { NodeRole } from '../../stack/node-list.ts'
import type { RpcHeader, RpcReceipt } from '../block.ts'
import type { ProvenRules } from '../encode-receipt.ts'
import { NodeSilent, type Rpc } from '../rpc.ts'
import { whyHeaderFalse, whyReceiptsFalse } from './check-answer.ts'
import { createChooser } from './choose.ts'
import { createFinality, isNumber } from './finality.ts'
import { keyOfHeader as keyOfProvenHeader, keyOfReceipts, keyOfUnprovenHeader } from './keys-of-answers.ts'
import { askMajority } from './majority.ts'
import type { Node } from './node.ts'
import { createSuspect } from './suspect.ts'

export type RouterOptions = {
  nodes: () => readonly Node[]
  finalityBlocks: number
  /** Whether headers of this chain hash in a way that is known here. */
  usual: boolean
  /** By which receipts of this chain are encoded. */
  rules: ReceiptRules
  takeOut: (node: Node, why: string) => void
  log: Log
}

export interface Routes {
  /** What one says is checked, and what money depends on is asked of all, where there are several readers. */
  readonly checked: Rpc
  /** What one reader says, whatever it is. */
  readonly unchecked: Rpc
}

/** The pool of transactions is that of a writer. */
const ofPool: ReadonlySet<string> = new Set(['eth_sendRawTransaction', 'eth_getTransactionByHash'])

type Check = (node: Node, answer: unknown) => Promise<string | null>

/**
 * Sends each call where it belongs. Where there is one reader its word is all there is, and it is passed on.
 */
export function createRouter({ nodes, finalityBlocks, usual, rules, takeOut, log }: RouterOptions): Routes {
  const chooser = createChooser(nodes)
  // A node of another chain does not count; one that lied does, until the operator has removed it: the others must not
  // become a majority by being fewer.
  const readers = () => nodes().filter(({ roles, out, known }) => roles.includes('reader') && (out === null || known))
  const whyFalse = (header: RpcHeader) => (usual ? whyHeaderFalse(header) : null)
  const keyOfHeader = rules === 'unproven' ? keyOfUnprovenHeader : keyOfProvenHeader
  const suspect = createSuspect(takeOut)
  const finality = createFinality({ readers, finalityBlocks, keyOf: keyOfHeader, suspect, log })

  /**
   * Asks one node after the other until one answers. A send that nobody answered may have arrived at each: it is the same
   * transaction at all of them.
   */
  async function ask<T>(role: NodeRole, method: string, params: readonly unknown[], check?: Check): Promise<T> {
    const order = role === 'reader' ? chooser.forState(method, params) : chooser.inOrder(role)
    let silence: NodeSilent | null = null
    const strange: { node: Node; why: EntenteError }[] = []
    for (const node of order) {
      try {
        const answer = await node.call<T>(method, params)
        const lie = (await check?.(node, answer)) ?? null
        if (lie === null) {
          chooser.answered(role, node)
          // One that is not that far, and says null, shows nothing of the others.
          if (answer !== null) for (const { node: liar, why } of strange) takeOut(liar, why.message)
          return answer
        }
        takeOut(node, lie)
      } catch (error) {
        if (error instanceof EntenteError) strange.push({ node, why: error })
        else if (error instanceof NodeSilent) silence = error
        else throw error
      }
    }
    // How the chain is, is what most of its nodes show.
    if (strange.length > readers().length / 2) throw strange[0]!.why
    throw silence ?? new NodeSilent(`no ${role} is to be asked: none is well`)
  }

  const checkHeader: Check = async (_, answer) => {
    const header = answer as RpcHeader | null
    return header === null ? null : (whyFalse(header) ?? finality.whyAstray(header))
  }
  const checkReceipts =
    (number: unknown, proven: ProvenRules): Check =>
    async (node, answer) =>
      answer === null ? null : whyReceiptsFalse(node, number, answer as RpcReceipt[], proven, whyFalse)

  function askAll<T>(method: string, params: readonly unknown[], keyOf: (answer: T) => string | null): Promise<T> {
    const question = { method, params, keyOf }
    return askMajority<T>({
      ...question,
      readers: readers(),
      onDissent: (node, agreed) => suspect(node, question, agreed),
    })
  }

  async function checked<T>(method: string, params: readonly unknown[]): Promise<T> {
    if (ofPool.has(method)) return ask<T>('writer', method, params)
    if (readers().length < 2) return ask<T>('reader', method, params)
    switch (method) {
      case 'eth_blockNumber':
        return (await finality.head(Number(await ask<Hex>('reader', method, params)))) as T
      case 'eth_getBlockByNumber':
        // What is long final has no descendants at hand that would show it to be of another chain; and where headers prove
        // nothing, most nodes are all there is. So all are asked.
        if (finality.isPast(params[0]) || (rules === 'unproven' && isNumber(params[0])))
          return (await askAll<RpcHeader | null>(method, params, keyOfHeader)) as T
        return ask<T>('reader', method, params, checkHeader)
      case 'eth_getBlockReceipts':
        if (rules === 'unproven') return (await askAll<RpcReceipt[] | null>(method, params, keyOfReceipts)) as T
        return ask<T>('reader', method, params, checkReceipts(params[0], rules))
      default:
        return ask<T>('reader', method, params)
    }
  }

  return { checked, unchecked: (method, params) => ask('reader', method, params) }
}
