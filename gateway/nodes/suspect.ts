import { setTimeout as sleep } from 'node:timers/promises'
import type { Vote } from './majority.ts'
import type { Node } from './node.ts'

/** A lie is asked for twice: the first answer may have been given while the node changed its mind. */
const SECOND_LOOK_MS = 1_000

type Question = Pick<Vote<never>, 'method' | 'params' | 'keyOf'>

/** What is done about a node that answered a question otherwise than was agreed. */
export type Suspect = (node: Node, question: Question, agreed: string) => void

/** Asks such a node again a little later, and takes it out if it insists. */
export function createSuspect(takeOut: (node: Node, why: string) => void): Suspect {
  return (node, { method, params, keyOf }, agreed) => {
    void sleep(SECOND_LOOK_MS, undefined, { ref: false })
      .then(() => node.call(method, params))
      .then(answer => {
        const key = keyOf(answer as never)
        if (key === null || key === agreed) return
        takeOut(node, `its ${method} ${JSON.stringify(params)} is not that of the majority`)
      })
      // It does not answer: nothing is known of it, and that it is silent is noticed elsewhere.
      .catch(() => {})
  }
}
