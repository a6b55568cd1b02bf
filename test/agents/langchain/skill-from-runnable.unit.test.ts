import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch'
import { RunnableLambda } from '@langchain/core/runnables'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { skillFromRunnable } from '../../../agents/langchain/skill-from-runnable.ts'
import { runOnce } from './run-once.ts'

const card = {
  name: 'halve',
  version: '1.0.0',
  description: 'Halves a number.',
  input: z.object({ n: z.number() }),
  output: z.object({ half: z.number() }),
  price: 1n,
  toInput: (input: { n: number }) => input,
}
const halve = RunnableLambda.from(({ n }: { n: number }) => ({ half: n / 2 }))

describe('the loading of a runnable', () => {
  it('waits for the first work and happens once, also for work that comes together', async () => {
    const load = vi.fn(async () => halve)
    const skill = skillFromRunnable({ ...card, load })
    expect(load).not.toHaveBeenCalled()
    const together = await Promise.all([runOnce(skill, { n: 4 }), runOnce(skill, { n: 6 })])
    expect(together.map(({ outcome }) => outcome)).toMatchObject([{ output: { half: 2 } }, { output: { half: 3 } }])
    await runOnce(skill, { n: 8 })
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('is tried again by the next work when it failed', async () => {
    const load = vi.fn(async () => halve).mockRejectedValueOnce(new Error('no such model'))
    const skill = skillFromRunnable({ ...card, load })
    expect((await runOnce(skill, { n: 4 })).outcome).toEqual({ kind: 'failed', retry: false, reason: 'no such model' })
    expect((await runOnce(skill, { n: 4 })).outcome).toMatchObject({ kind: 'done', output: { half: 2 } })
  })

  it('starts nothing when the work was cancelled meanwhile', async () => {
    const cancelled = new AbortController()
    const run = vi.fn(() => ({ half: 0 }))
    const loaded = Promise.withResolvers<RunnableLambda<{ n: number }, { half: number }>>()
    const skill = skillFromRunnable({ ...card, load: () => loaded.promise })
    const running = runOnce(skill, { n: 4 }, { signal: cancelled.signal })
    cancelled.abort()
    loaded.resolve(RunnableLambda.from(run))
    expect((await running).outcome).toEqual({ kind: 'dropped' })
    await new Promise(resolve => setImmediate(resolve))
    expect(run).not.toHaveBeenCalled()
  })
})

describe('a run of a runnable', () => {
  it('has the signal of the assignment', async () => {
    const cancelled = new AbortController()
    let heard: unknown
    const waiting = RunnableLambda.from((_: { n: number }, config) => {
      config.signal!.addEventListener('abort', () => {
        heard = config.signal!.reason
      })
      queueMicrotask(() => cancelled.abort('enough'))
      return new Promise<{ half: number }>(() => {})
    })
    const skill = skillFromRunnable({ ...card, load: async () => waiting })
    expect((await runOnce(skill, { n: 4 }, { signal: cancelled.signal })).outcome).toEqual({ kind: 'dropped' })
    expect(heard).toBe('enough')
  })

  it('has a thread of its own for each attempt, as a graph with a memory must', async () => {
    const threads: unknown[] = []
    const remembering = RunnableLambda.from((_: { n: number }, config) => {
      threads.push(config.configurable!.thread_id)
      return { half: 1 }
    })
    const skill = skillFromRunnable({ ...card, load: async () => remembering })
    for (const attempt of [1, 1, 2]) await runOnce(skill, { n: 2 }, { attempt })
    expect(threads[0]).toMatch(/:one:1$/)
    expect(threads[1]).toBe(threads[0])
    expect(threads[2]).toMatch(/:one:2$/)
  })

  it('tells its custom events as progress, by name alone', async () => {
    const telling = RunnableLambda.from(async ({ n }: { n: number }) => {
      await dispatchCustomEvent('halving', { secret: n })
      return { half: n / 2 }
    })
    const { told } = await runOnce(skillFromRunnable({ ...card, load: async () => telling }), { n: 4 })
    await vi.waitFor(() => expect(told).toEqual(['halving']))
  })

  it('is checked against the output schema like any other', async () => {
    const wrong = RunnableLambda.from(() => ({ half: Number.NaN }))
    const { outcome } = await runOnce(skillFromRunnable({ ...card, load: async () => wrong }), { n: 4 })
    expect(outcome).toMatchObject({
      kind: 'failed',
      retry: false,
      reason: expect.stringContaining('not what halve promises'),
    })
  })
})
