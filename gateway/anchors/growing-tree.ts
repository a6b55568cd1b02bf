import { ItemTree } from '../../protocol/item-tree.ts'

/** A tree of items, and where each batch's begin: by the batch's place in the stream. */
export interface GrowingTree {
  readonly tree: ItemTree
  readonly firsts: Map<number, number>
  /** Place of the last batch that it holds; what is no batch counts too. */
  to: number
}

export function plantTree(after: number): GrowingTree {
  return { tree: new ItemTree(), firsts: new Map(), to: after }
}

/** Takes the next message of the stream in; what a stranger put there is no batch, whoever reads it. */
export function growBy(growing: GrowingTree, { seq, data }: { seq: number; data: Uint8Array }): void {
  growing.to = seq
  if (data.length === 0 || data.length % 32 !== 0) return
  growing.firsts.set(seq, growing.tree.end)
  growing.tree.append(data)
}
