import { type ConsumerConfig, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { streams } from '../../../protocol/subjects.ts'
import { ensureWorkConsumer } from '../../../registry/work-consumer.ts'
import { withCoordinators } from '../../coordinator/with-coordinators.ts'

const office = withCoordinators()
const agents = 500

/** A request for a consumer. */
interface Asked {
  readonly stream_name: string
  readonly config: Partial<ConsumerConfig>
}

/** What is asked of JetStream from now on, by whomever: the rest of each subject after `$JS.API.`, and what was said. */
function overhear(nc: NatsConnection) {
  const asked: { what: string; text: string }[] = []
  const hearing = nc.subscribe('$JS.API.>', {
    callback: (_, message) =>
      void asked.push({ what: message.subject.slice('$JS.API.'.length), text: message.string() }),
  })
  onTestFinished(() => hearing.unsubscribe())
  return {
    async about(start: string) {
      await nc.flush()
      return asked.filter(({ what }) => what.startsWith(start))
    },
  }
}

const clerk = agent({
  name: 'quick',
  description: 'For a test.',
  skills: [
    skill({
      name: 'quick',
      version: '1.0.0',
      description: 'For a test.',
      input: z.object({}).loose(),
      output: z.object({}),
      price: 1n,
      run: () => ({}),
    }),
  ],
})

beforeAll(() => office.employ(clerk, 'weather'))

describe('consumers', () => {
  it('cost their server when pending counts are polled: 500 agents have one each, by one request each, and nobody asks how they are', async () => {
    const { nc } = office.consortium
    const requests = overhear(nc)
    const ids = Array.from({ length: agents }, (_, index) => `${1_000 + index}`)
    await Promise.all(ids.map(agentId => ensureWorkConsumer(nc, agentId)))
    expect(await requests.about(`CONSUMER.CREATE.${streams.work}.`)).toHaveLength(agents)
    const { state } = await (await jetstreamManager(nc)).streams.info(streams.work)
    expect(state.consumer_count).toBe(agents + 1)
    for (let round = 0; round < 3; round++) {
      const task = await office.open([{ id: 'one', skill: 'quick@1', deadlineMs: 20_000 }])
      await task.until('TaskCompleted')
    }
    for (const question of ['CONSUMER.INFO', 'CONSUMER.LIST', 'CONSUMER.NAMES']) {
      expect(await requests.about(question), question).toEqual([])
    }
  })

  it('that order themselves fail with 2.9, as do several filters: every consumer of ours is made plainly, with at most one', async () => {
    const requests = overhear(office.consortium.nc)
    await office.startCoordinator()
    const task = await office.open([{ id: 'one', skill: 'quick@1', deadlineMs: 20_000 }])
    await task.until('TaskCompleted')
    const asked = (await requests.about('CONSUMER.CREATE')).map(({ text }) => JSON.parse(text) as Asked)
    const made = asked.filter(({ stream_name }) => (Object.values(streams) as string[]).includes(stream_name))
    expect(made.length).toBeGreaterThan(5)
    // Those of buckets and objects are the client's: it has them pushed, which works.
    expect(made.filter(({ config }) => config.deliver_subject !== undefined)).toEqual([])
    expect(made.filter(({ config }) => config.name?.startsWith('oc_'))).toEqual([])
    expect(asked.filter(({ config }) => config.filter_subjects !== undefined)).toEqual([])
  })
})
