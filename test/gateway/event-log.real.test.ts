import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, test } from 'vitest'
import { openEventLog } from '../../gateway/event-log.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import { buckets, streams, subjects } from '../../protocol/subjects.ts'
import { openJetstream } from '../../stack/publish.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
const COUNT = 300

const eventOf = (event: string, blockNumber: number): ChainEvent => ({
  ...{ contract: 'Anchors', event, args: {}, address: `0x${'1'.repeat(40)}`, blockTimeMs: 0, logIndex: 0 },
  ...{ blockNumber, blockHash: `0x${blockNumber.toString(16).padStart(64, '0')}`, txHash: `0x${'2'.repeat(64)}` },
})

test('where publishing stands is found by a few questions, whatever was purged and whatever strangers have put there', async () => {
  const nc = await servers.connect('events')
  await ensureStreams(nc, { replicas: 1 })
  const [js, jsm, kvm] = [openJetstream(nc), await jetstreamManager(nc), new Kvm(nc)]
  const cursors = await kvm.open(buckets.cursors)
  /** As a gateway finds it that has just started. */
  async function find() {
    const sent = nc.stats().outMsgs
    const { nextBlock, lastLogIndex } = await openEventLog({ js, jsm, cursors }).position()
    return { nextBlock, lastLogIndex, asked: nc.stats().outMsgs - sent }
  }
  const few = expect.toSatisfy((asked: number) => asked < 10)
  const late = Array.from({ length: COUNT }, (_, index) => eventOf('Late', 11 + index))
  await openEventLog({ js, jsm, cursors }).publish([eventOf('Early', 10), ...late], COUNT + 10)
  await cursors.purge('chain-events')
  expect(await find()).toEqual({ nextBlock: COUNT + 10, lastLogIndex: 0, asked: few })

  await jsm.streams.purge(streams.chainEvents, { filter: subjects.chainEvent('Anchors', 'Late') })
  expect(await find()).toEqual({ nextBlock: 10, lastLogIndex: 0, asked: few })

  await js.publish('ent.chain.event.a', 'of a stranger')
  await js.publish(subjects.chainEvent('Anchors', 'Early'), JSON.stringify(eventOf('Early', 500)))
  await js.publish(subjects.chainEvent('Anchors', 'Early'), 'of a stranger')
  expect(await find()).toEqual({ nextBlock: 500, lastLogIndex: 0, asked: few })

  await jsm.streams.purge(streams.chainEvents)
  await cursors.put('chain-events', '600')
  expect(await find()).toEqual({ nextBlock: 601, lastLogIndex: -1, asked: few })

  await js.publish(subjects.chainEvent('Anchors', 'Early'), 'of a stranger')
  expect(await find()).toEqual({ nextBlock: 601, lastLogIndex: -1, asked: few })
})
