import { expect, onTestFinished, test } from 'vitest'
import { Clock } from '../../coordinator/clock.ts'
import { Drive, planOf } from './flow/drive.ts'

test('a task that could not be woken is woken again', async () => {
  const woken = Promise.withResolvers<void>()
  let calls = 0
  const clock = new Clock(async () => {
    calls += 1
    if (calls === 1) throw new Error('the bus is away')
    woken.resolve()
  })
  onTestFinished(() => clock.stop())
  // Its deadline passed long ago.
  clock.watch(new Drive().planned(planOf([{ id: 'a' }])).task)
  await woken.promise
  expect(calls).toBe(2)
})
