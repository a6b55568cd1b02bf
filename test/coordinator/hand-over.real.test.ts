import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Take, Taken } from '../../coordinator/consume.ts'
import { openHandOver } from '../../coordinator/doors/hand-over.ts'
import { Homes } from '../../coordinator/homes.ts'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { withStack } from '../harness/with-stack.ts'
import { newTaskId, silent } from './log/with-log.ts'

const { connect } = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await connect('hand over')
})

/** As much of a coordinator as hands over, and what it took. */
function coordinator(writer: string, onTake: Take = async () => {}) {
  const taken: Taken[] = []
  const homes = new Homes(writer)
  const door = openHandOver({ nc, log: silent, writer, homes }, async message => {
    taken.push(message)
    await onTake(message)
  })
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= door.stop()
    return stopping
  }
  onTestFinished(stop)
  return { take: door.take, stop, homes, taken }
}

const demand = {
  ...({ priority: 'normal', domainId: 'weather', isOpen: true, submittedAtMs: 0, seed: null, givenAtMs: 0 } as const),
  waiting: [],
}
const atWork = (taskId: Hex, writer: string) => ({ taskId, writer, demand: { ...demand, holding: { 7: 1 } } })
const idle = (taskId: Hex, writer: string) => ({ taskId, writer, demand: { ...demand, holding: {} } })
const answerTo = (taskId: Hex): Taken => ({
  subject: subjects.result(taskId, 'one', '7'),
  data: Buffer.from('{"kind":"result"}'),
  time: new Date(1_700_000_000_000),
})

describe('an answer', () => {
  test('is taken at the home of its task, as it was stored', async () => {
    const [here, home] = [coordinator('here'), coordinator('home')]
    const taskId = newTaskId()
    here.homes.heed(atWork(taskId, 'home'))
    const answer = answerTo(taskId)
    await here.take(answer)
    expect(here.taken).toEqual([])
    expect(home.taken.map(each => ({ ...each, data: Buffer.from(each.data) }))).toEqual([answer])
  })

  test('is taken where it came when nobody is at work for its task, or its home is here', async () => {
    const [here, home] = [coordinator('here'), coordinator('home')]
    const [mine, over] = [newTaskId(), newTaskId()]
    here.homes.heed(atWork(mine, 'home'))
    here.homes.heed(atWork(mine, 'here'))
    here.homes.heed(atWork(over, 'home'))
    here.homes.heed(idle(over, 'home'))
    for (const taskId of [mine, over, newTaskId()]) await here.take(answerTo(taskId))
    expect([here.taken.length, home.taken.length]).toEqual([3, 0])
  })

  test('is taken where it came when its home is gone, fails, or stands still', async () => {
    const here = coordinator('here')
    const failing = coordinator('failing', () => Promise.reject(new Error('away')))
    const standing = nc.subscribe(subjects.handed('standing', '>'), { callback: () => {} })
    onTestFinished(() => standing.unsubscribe())
    for (const home of ['gone', 'failing', 'standing']) {
      const taskId = newTaskId()
      here.homes.heed(atWork(taskId, home))
      await here.take(answerTo(taskId))
    }
    expect([here.taken.length, failing.taken.length]).toEqual([3, 1])
  })

  test('fails where it came when it fails there too, so that it is tried again', async () => {
    const here = coordinator('here', () => Promise.reject(new Error('no bus')))
    const taskId = newTaskId()
    here.homes.heed(atWork(taskId, 'gone'))
    await expect(here.take(answerTo(taskId))).rejects.toThrow('no bus')
  })

  test('that was handed over is done before its home ends', async () => {
    const here = coordinator('here')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const home = coordinator('home', () => {
      begun.resolve()
      return ended.promise
    })
    const taskId = newTaskId()
    here.homes.heed(atWork(taskId, 'home'))
    const taking = here.take(answerTo(taskId))
    await begun.promise
    let isStopped = false
    const stopping = home.stop().then(() => {
      isStopped = true
    })
    await nc.flush()
    expect(isStopped).toBe(false)
    ended.resolve()
    await Promise.all([taking, stopping])
    expect(here.taken).toEqual([])
  })
})
