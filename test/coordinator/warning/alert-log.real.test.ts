import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { AlertLog } from '../../../coordinator/warning/alert-log.ts'
import type { Warning } from '../../../protocol/alert.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'
import { silent } from '../log/with-log.ts'

const { connect } = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await connect('alerts')
  await ensureStreams(nc, { replicas: 1 })
})

async function follow(): Promise<AlertLog> {
  const { alerts, stop } = await AlertLog.follow(nc, silent)
  onTestFinished(stop)
  return alerts
}

const lagging: Warning = {
  ...{ code: 'chain-lagging', about: { chain: 'waiting' }, severity: 'warning', cause: 'a test', figures: {} },
  suggestion: 'none',
}

it('an alert that is over is raised again, by whoever saw it and by whoever did not; and of two who raise it one does', async () => {
  const one = await follow()
  expect(await one.raise(lagging, 1)).toBe(true)
  expect(await one.raise(lagging, 2)).toBe(false)
  expect(await one.clear(one.openFor(lagging)!, 3)).toBe(true)
  await expect.poll(() => one.open()).toEqual([])
  expect(await one.raise(lagging, 4)).toBe(true)
  const two = await follow()
  expect(two.open()).toMatchObject([{ raisedAtMs: 4 }])
  expect(await two.clear(two.openFor(lagging)!, 5)).toBe(true)
  await expect.poll(() => [...one.open(), ...two.open()]).toEqual([])
  const late = await follow()
  const raised = await Promise.all([one, two, late].map(log => log.raise(lagging, 6)))
  expect(raised.filter(Boolean)).toHaveLength(1)
  await expect.poll(() => [one, two, late].map(log => log.openFor(lagging)?.raisedAtMs)).toEqual([6, 6, 6])
})
