import { NodeError, NodeSilent } from '../rpc.ts'
import type { Node } from './node.ts'

export type Vote<T> = {
  /** All whose vote counts; those that are not well are not asked, and counted as absent. */
  readers: readonly Node[]
  method: string
  params: readonly unknown[]
  /** What must be the same in two answers; null for an answer that is no vote, as when a node is not that far. */
  keyOf(answer: T): string | null
  /** A reader answered otherwise than the majority, whose answer has this key; also after the vote is decided. */
  onDissent(reader: Node, agreed: string): void
}

/**
 * What more than half of the readers answer, as soon as they have.
 *
 * @throws NodeSilent when there is no such majority
 */
export async function askMajority<T>(vote: Vote<T>): Promise<T> {
  const { readers, method, params, keyOf, onDissent } = vote
  const needed = Math.floor(readers.length / 2) + 1
  const well = readers.filter(reader => reader.standing().standing === 'well')
  const voters = new Map<string, Node[]>()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let decided: string | null = null

  async function ask(reader: Node): Promise<void> {
    const answer = await answerOf<T>(reader, method, params)
    const key = answer === null ? null : keyOf(answer.value)
    if (key === null) return
    if (decided !== null && key !== decided) onDissent(reader, decided)
    const agreeing = [...(voters.get(key) ?? []), reader]
    voters.set(key, agreeing)
    if (decided !== null || agreeing.length < needed) return
    decided = key
    resolve(answer!.value)
    for (const [other, dissenters] of voters) {
      if (other !== key) for (const dissenter of dissenters) onDissent(dissenter, key)
    }
  }

  void Promise.all(well.map(ask)).then(() => {
    const votes = [...voters.values()].map(({ length }) => length).join(' to ') || 'none'
    // Does nothing when it was decided.
    reject(new NodeSilent(`${needed} of ${readers.length} nodes must agree on ${method}; votes: ${votes}`))
  }, reject)
  return promise
}

async function answerOf<T>({ call }: Node, method: string, params: readonly unknown[]): Promise<{ value: T } | null> {
  try {
    return { value: await call<T>(method, params) }
  } catch (error) {
    if (error instanceof NodeSilent || error instanceof NodeError) return null
    throw error
  }
}
