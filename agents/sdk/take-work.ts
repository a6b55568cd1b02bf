import { setTimeout as sleep } from 'node:timers/promises'
import { type ConsumerMessages, type JsMsg, jetstream } from '@nats-io/jetstream'
import { WorkItem } from '../../protocol/assignment.ts'
import { streams, workConsumer } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { pullExpiresMs } from '../../stack/pull.ts'
import { answering, type WorkOptions } from './answer-work.ts'
import { openAssignments, tendEveryMs } from './assignments.ts'
import { hearRefusal } from './hear-refusal.ts'
import { publishAnswer } from './publish-answer.ts'
import { answerRelease } from './seal/release.ts'
import { Witness } from './seal/witness.ts'
import type { ReleaseItem } from './work-items.ts'

const RETRY_MS = 500
/** Asked for at once. */
const PULL = 256
const FINISH_WITHIN_MS = 3_000

export interface TakeWorkOptions extends WorkOptions {
  /** Asks for credentials again, which also restores the agent's queue when the server lost it. */
  readonly renew: () => Promise<void>
}

/**
 * Pulls the agent's queue and has every item answered. An item leaves the queue when its answer is stored, or when it
 * is too late for one; until then a heartbeat keeps it here, and the death of this process sends it to the next.
 */
export function takeWork(options: TakeWorkOptions): { stop(): Promise<void> } {
  const { nc, identity, log, renew } = options
  const assignments = openAssignments()
  const { execute, reveal } = answering(options, assignments)
  const witness = new Witness(nc, identity.domain)
  const heartbeat = setInterval(() => assignments.tend(Date.now()), tendEveryMs)
  let messages: ConsumerMessages | undefined
  let stopped = false
  const inHand = new Set<Promise<void>>()

  async function answer(item: WorkItem, delivery: JsMsg): Promise<void> {
    if (item.kind === 'refusal') {
      hearRefusal(item, options)
      return delivery.ack()
    }
    if (item.kind === 'cancel') {
      assignments.cancel(item)
      return delivery.ack()
    }
    if (item.kind === 'release') return release(item, delivery)
    const entered = assignments.enter(item, delivery)
    if (!entered?.isNew) return
    const { assignment } = entered
    if (item.kind === 'execute') await execute(assignment)
    // Either may come first: after a restart the call to reveal can overtake the item that it is about.
    if (assignment.isClosed || !assignment.execute || !assignment.reveal) return
    assignment.revealed ??= reveal(assignment)
    await assignment.revealed
  }

  /** A request that could not be looked into comes again; one that is too late is over. */
  async function release(item: ReleaseItem, delivery: JsMsg): Promise<void> {
    const isWanted = () => !stopped && Date.now() <= item.asked.deadlineMs
    try {
      if (isWanted()) {
        const answer = await answerRelease(identity, witness, item)
        if (answer.kind === 'withheld') log.warn(answer.refusal, 'a key is kept back')
        await publishAnswer(jetstream(nc), item, identity.agentId, answer, isWanted)
      }
      delivery.ack()
    } catch (error) {
      log.warn({ err: error, taskId: item.taskId }, 'a request for keys could not be looked into')
      delivery.nak(RETRY_MS)
    }
  }

  async function read(): Promise<void> {
    const consumer = await jetstream(nc).consumers.get(streams.work, workConsumer(identity.agentId))
    const asked = { max_messages: PULL, abort_on_missing_resource: true, expires: pullExpiresMs, callback: receive }
    messages = await consumer.consume(asked)
    if (stopped) messages.stop()
    const error = await messages.closed()
    if (error) throw error
  }

  function receive(message: JsMsg): void {
    const item = parseJson(WorkItem, message.data)
    if (item?.agentId === identity.agentId) take(answer(item, message))
    else {
      log.error({ seq: message.seq }, 'what is no work for this agent was thrown away')
      message.ack()
    }
  }

  function take(answering: Promise<void>): void {
    const done = answering
      .catch((error: unknown) => log.error({ error }, 'an item could not be answered'))
      .finally(() => inHand.delete(done))
    inHand.add(done)
  }

  const reading = (async () => {
    while (!stopped) {
      await read().catch((error: unknown) => stopped || log.warn({ error }, 'the queue is away'))
      if (stopped) return
      await sleep(RETRY_MS)
      await renew().catch((error: unknown) => log.warn({ error }, 'no new credentials'))
    }
  })()

  return {
    async stop() {
      stopped = true
      messages?.stop()
      await reading
      await Promise.race([Promise.all(inHand), sleep(FINISH_WITHIN_MS, null, { ref: false })])
      clearInterval(heartbeat)
      assignments.handBack()
      // A connection that is lost just now loses what was handed back: the queue misses its heartbeats, and gives it out.
      await nc.flush().catch((error: unknown) => log.warn({ error }, 'what was handed back may be noticed later'))
    },
  }
}
