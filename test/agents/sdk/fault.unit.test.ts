import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SkillContext } from '../../../agents/sdk/define.ts'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { withFault } from '../../../agents/sdk/fault.ts'
import { runSkill } from '../../../agents/sdk/run-skill.ts'
import { sealingOf } from '../../../agents/sdk/seal/sealing.ts'
import { executeItem } from './office.ts'
import { identity } from './seal/identity.ts'

const lat = z.number().min(-90).max(90)
const Output = z.object({
  where: z.object({ lat, lon: z.number().min(-180).max(180) }).nullable(),
  hours: z
    .array(z.object({ hour: z.number().int().min(0), windKt: z.number().min(0), beds: z.number().int().min(0) }))
    .meta({ agree: { by: 'list', key: 'hour' } }),
  share: z.number().min(0).max(1),
  fixed: z.literal(3),
  method: z.string(),
})
type Output = z.infer<typeof Output>

const truth: Output = {
  where: { lat: 29.3, lon: -89.6 },
  hours: [
    { hour: 0, windKt: 140, beds: 120 },
    { hour: 3, windKt: 110, beds: 7 },
  ],
  share: 0.8,
  fixed: 3,
  method: 'persistence',
}

const honest = agent({
  name: 'honest',
  description: '',
  skills: [
    skill({
      name: 'see',
      version: '1.0.0',
      description: '',
      input: z.null(),
      output: Output,
      price: 1n,
      run: () => truth,
    }),
  ],
})

function run(definition: typeof honest, signal = new AbortController().signal) {
  const ctx = { signal, progress: () => {} } as unknown as SkillContext
  const item = executeItem({ agentId: '0' }, 'see@1', null)
  return runSkill(definition.skills, item, ctx, sealingOf(identity, definition.skills), 1_000_000)
}

async function lie(): Promise<Output> {
  const outcome = await run(withFault(honest, 'lie'))
  if (outcome.kind !== 'done') throw new Error(`a liar that ${outcome.kind}`)
  return Output.parse(outcome.output)
}

describe('a liar', () => {
  it('alters every number that the schema lets it, by a lot, and stays valid', async () => {
    const told = await lie()
    expect(Math.abs(told.where!.lat - truth.where!.lat)).toBeGreaterThan(4)
    expect(Math.abs(told.where!.lon - truth.where!.lon)).toBeGreaterThan(4)
    for (const [index, { windKt, beds }] of truth.hours.entries()) {
      expect(Math.abs(told.hours[index]!.windKt - windKt)).toBeGreaterThan(50)
      expect(told.hours[index]!.beds).not.toBe(beds)
    }
    expect(told.share).toBe(0.4)
  })

  it('leaves what is no number, what has one value only, and the keys of lists', async () => {
    const output = await lie()
    expect(output.hours.map(({ hour }) => hour)).toEqual([0, 3])
    expect(output).toMatchObject({ fixed: 3, method: 'persistence' })
  })

  it('tells the same lie as every other liar', async () => {
    expect(await lie()).toEqual(await lie())
  })
})

describe('a silent agent', () => {
  it('never answers, and is left behind at the deadline', async () => {
    expect(await run(withFault(honest, 'silent'), AbortSignal.timeout(30))).toEqual({ kind: 'dropped' })
  })
})

describe('either', () => {
  it('looks like the good one', () => {
    expect(withFault(honest, 'lie')).toMatchObject({ name: 'honest', skills: [{ name: 'see', version: '1.0.0' }] })
  })
})
