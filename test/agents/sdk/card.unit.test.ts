import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import echo from '../../../agents/echo/agent.ts'
import { cardOf } from '../../../agents/sdk/card.ts'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { AgentCard } from '../../../protocol/agent-card.ts'
import { contentHash } from '../../../protocol/canonical.ts'

const withOutput = (output: z.ZodType) =>
  agent({
    name: 'An agent, of sorts',
    description: '',
    skills: [
      skill({ name: 'see', version: '1.0.0', description: '', input: z.unknown(), output, price: 7n, run: () => 1 }),
    ],
  })

describe('the card of an agent', () => {
  it('is a card, and survives JSON without another hash', () => {
    const card = cardOf(echo)
    expect(AgentCard.parse(JSON.parse(JSON.stringify(card)))).toEqual(card)
    expect(contentHash(JSON.parse(JSON.stringify(card)))).toBe(contentHash(cardOf(echo)))
  })

  it('carries how replicas are merged, beside the field that it is about', () => {
    const lat = z.number().meta({ agree: { by: 'median', tolerance: 1.5 } })
    const [offered] = cardOf(withOutput(z.object({ lat }))).skills
    expect(offered!.outputSchema).toMatchObject({ properties: { lat: { agree: { by: 'median', tolerance: 1.5 } } } })
    expect(offered!.price).toBe('7')
  })

  it('describes input by what may be sent: what has a default may be left out', () => {
    const [offered] = cardOf(echo).skills
    const validate = new Ajv2020({ strict: false }).compile(offered!.inputSchema)
    expect(validate({ text: 'a' })).toBe(true)
    expect(validate({ text: 'a', times: 11 })).toBe(false)
  })

  it('names what JSON cannot carry', () => {
    expect(() => cardOf(withOutput(z.object({ at: z.date() })))).toThrow(
      expect.objectContaining({ code: 'SKILL_INVALID', message: expect.stringMatching(/see: the output.*Date/) }),
    )
  })

  it('names a pattern that nobody would run', () => {
    const output = z.object({ code: z.string().regex(/^(?!XX)[A-Z]{2}$/) })
    const message = 'see: the output, properties.code.pattern: (?!X looks around'
    expect(() => cardOf(withOutput(output))).toThrow(expect.objectContaining({ code: 'PATTERN_REFUSED', message }))
  })

  it('gives a service name that NATS takes', () => {
    expect(cardOf(withOutput(z.null())).services[0]!.endpoint).toBe('$SRV.INFO.An-agent-of-sorts')
  })
})

describe('the smallest agent', () => {
  it('fits in 25 lines', () => {
    const source = readFileSync(new URL('../../../agents/echo/agent.ts', import.meta.url), 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })
})
