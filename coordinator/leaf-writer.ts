import type { JetStreamClient } from '@nats-io/jetstream'
import { LRUCache } from 'lru-cache'
import { canonicalJson } from '../protocol/canonical.ts'
import { joinLeaves, type Leaf } from '../protocol/evidence.ts'
import { subjects } from '../protocol/subjects.ts'

/** Characters of leaves in one message, unless one alone has more: far less than a message may hold. */
const mostTogether = 128 * 1_024
/** Leaves that are known again, when an effect is repeated. */
const mostKnown = 4_096

interface Waiting {
  readonly id: string
  readonly text: string
  readonly stored: PromiseWithResolvers<number>
}

/**
 * Puts leaves into the evidence log, in the order in which they come. Those that come while a message is under way share
 * the next. A leaf that is alone in its message is known by its id, should another coordinator write it too; one of several is not,
 * and may lie in the log twice: the first counts.
 */
export class LeafWriter {
  readonly #js: Pick<JetStreamClient, 'publish'>
  readonly #known = new LRUCache<string, Promise<number>>({ max: mostKnown })
  #waiting: Waiting[] = []
  #isUnderWay = false

  constructor(js: Pick<JetStreamClient, 'publish'>) {
    this.#js = js
  }

  /**
   * @returns the sequence of the message that has it, once that is stored
   * @throws what publishing throws
   */
  write(leaf: Leaf): Promise<number> {
    const id = `${leaf.taskId}/${leaf.first}`
    const known = this.#known.get(id)
    if (known) return known
    const each = { id, text: canonicalJson(leaf), stored: Promise.withResolvers<number>() }
    this.#known.set(id, each.stored.promise)
    this.#waiting.push(each)
    if (!this.#isUnderWay) void this.#publishWaiting()
    return each.stored.promise
  }

  async #publishWaiting(): Promise<void> {
    this.#isUnderWay = true
    while (this.#waiting.length > 0) await this.#publish(this.#takeNext())
    this.#isUnderWay = false
  }

  #takeNext(): Waiting[] {
    let [count, length] = [0, 0]
    for (const { text } of this.#waiting) {
      length += text.length
      if (count > 0 && length > mostTogether) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #publish(leaves: readonly Waiting[]): Promise<void> {
    const text = joinLeaves(leaves.map(({ text }) => text))
    const options = leaves.length === 1 ? { msgID: leaves[0]!.id } : {}
    try {
      const { seq } = await this.#js.publish(subjects.evidence('event'), text, options)
      for (const { stored } of leaves) stored.resolve(seq)
    } catch (error) {
      for (const { id, stored } of leaves) {
        this.#known.delete(id)
        stored.reject(error)
      }
    }
  }
}
