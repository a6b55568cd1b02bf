import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Hearing } from '../../coordinator/hearing.ts'
import { connectBus } from '../../stack/bus.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
const [one, other] = [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`] as const

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

describe('a coordinator hears', () => {
  it('nothing while its connection is away, and those who were away a moment after that', async () => {
    const { urls, busCreds } = servers.stack
    const serverPort = Number(new URL(urls.nats).port)
    const relay = await startTcpRelay(serverPort)
    const url = `nats://127.0.0.1:${relay.port}`
    const nc = await connectBus({ url, name: 'hearing', creds: busCreds! })
    onTestFinished(() => nc.close())
    const hearing = new Hearing()
    const beganMs = hearing.sinceMs(one)
    void hearing.follow(nc)
    await relay.close()
    await until(() => hearing.sinceMs(one) === Number.POSITIVE_INFINITY)
    hearing.lost()
    expect(hearing.sinceMs(one)).toBe(Number.POSITIVE_INFINITY)
    let isBackMs = 0
    const back = hearing.back().then(() => {
      isBackMs = Date.now()
    })
    await sleep(1_200)
    expect(isBackMs).toBe(0)
    expect(hearing.hears(one)).toBe(false)
    const again = await startTcpRelay(serverPort, relay.port)
    onTestFinished(() => again.close())
    await until(() => Number.isFinite(hearing.sinceMs(one)))
    const sinceMs = hearing.sinceMs(one)
    expect(sinceMs).toBeGreaterThan(beganMs + 1_200)
    await back
    expect(isBackMs).toBeGreaterThanOrEqual(sinceMs + 1_000)
    expect(hearing.hears(one)).toBe(true)
  })

  it('since the bus last did what it was asked', async () => {
    const hearing = new Hearing()
    const beganMs = hearing.sinceMs(one)
    await sleep(10)
    hearing.lost()
    expect(hearing.sinceMs(one)).toBeGreaterThan(beganMs)
  })

  it('of one task since later, where it was late with that, until it is over', async () => {
    const hearing = new Hearing()
    const beganMs = hearing.sinceMs(one)
    await sleep(10)
    hearing.late(one)
    expect(hearing.sinceMs(one)).toBeGreaterThan(beganMs)
    expect(hearing.sinceMs(other)).toBe(beganMs)
    hearing.forget(one)
    expect(hearing.sinceMs(one)).toBe(beganMs)
  })

  it('of a task only now, while agents are to be told what they were asked a while ago; and since they were', async () => {
    const hearing = new Hearing()
    const beganMs = hearing.sinceMs(one)
    const prompt = telling(Date.now())
    hearing.telling(prompt)
    expect(hearing.sinceMs(one)).toBe(beganMs)
    hearing.told(prompt)
    expect(hearing.sinceMs(one)).toBe(beganMs)
    const late = telling(Date.now() - 1_500)
    hearing.telling(late)
    // Timers may be early by a millisecond.
    await sleep(60)
    expect(hearing.sinceMs(one)).toBeGreaterThanOrEqual(beganMs + 50)
    hearing.told(late)
    const toldMs = hearing.sinceMs(one)
    await sleep(50)
    expect(hearing.sinceMs(one)).toBe(toldMs)
    expect(hearing.sinceMs(other)).toBe(beganMs)
  })

  it('no heartbeats of agents that are not told yet', async () => {
    const hearing = new Hearing()
    await hearing.back()
    const entry = telling(Date.now())
    hearing.telling(entry)
    expect([hearing.hears(one), hearing.hears(other)]).toEqual([false, true])
    hearing.told(entry)
    expect(hearing.hears(one)).toBe(true)
  })
})

/** An entry that was written then, and asks agents for something. */
function telling(atMs: number) {
  const events = [{ type: 'RevealOpened', atMs, subtaskId: 's', attempt: 1, deadlineMs: atMs + 5_000 } as const]
  return { taskId: one, first: 3, events }
}
