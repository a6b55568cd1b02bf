import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agree } from '../../../../coordinator/flow/agree/agree.ts'
import { canonicalJson, type Json } from '../../../../protocol/canonical.ts'

const wind = { type: 'object', properties: { windKt: { type: 'number', agree: { by: 'median', tolerance: 10 } } } }

function agreeOn(schema: { [key: string]: Json }, outputs: readonly Json[], quorum = 2) {
  const replicas = outputs.map((output, index) => ({ agentId: `${index}`, output }))
  const agents = replicas.map(({ agentId }) => agentId)
  return agree(replicas, schema, { agents, quorum, noShows: [], unrevealed: [] })
}

describe('agreement', () => {
  it('merges numbers that honestly differ to their median', () => {
    const { verdict, output } = agreeOn(wind, [{ windKt: 100 }, { windKt: 104 }, { windKt: 109 }])
    expect(output).toEqual({ windKt: 104 })
    expect(verdict).toMatchObject({ outcome: 'agreed', accepted: ['0', '1', '2'], deviators: [], confidence: 1 })
  })

  it('names a liar, the field and by how much, and lets it move nothing', () => {
    const { verdict, output } = agreeOn(wind, [{ windKt: 100 }, { windKt: 104 }, { windKt: 900 }])
    expect(output).toEqual({ windKt: 102 })
    expect(verdict.deviations).toEqual([{ agentId: '2', field: '/windKt', got: 900, merged: 104, by: 796 }])
    expect(verdict.accepted).toEqual(['0', '1'])
  })

  it('does not agree below the quorum', () => {
    const { verdict, output } = agreeOn(wind, [{ windKt: 0 }, { windKt: 50 }, { windKt: 100 }])
    expect(verdict).toMatchObject({ outcome: 'disagreed', accepted: [], outputHash: null })
    expect(output).toBeNull()
  })

  it('votes on whether a place holds anything, before what', () => {
    const schema = { properties: { landfall: { anyOf: [wind, { type: 'null' }] } } }
    const { verdict, output } = agreeOn(schema, [
      { landfall: { windKt: 100 } },
      { landfall: null },
      { landfall: { windKt: 102 } },
    ])
    expect(output).toEqual({ landfall: { windKt: 101 } })
    expect(verdict.deviators).toEqual(['1'])
  })

  it('matches a list by its key, in the order of the key, and drops what a minority has', () => {
    const schema = { properties: { hours: { agree: { by: 'list', key: 'hour' }, items: wind } } }
    const { output, verdict } = agreeOn(schema, [
      {
        hours: [
          { hour: 3, windKt: 90 },
          { hour: 0, windKt: 100 },
        ],
      },
      {
        hours: [
          { hour: 0, windKt: 101 },
          { hour: 3, windKt: 91 },
        ],
      },
      {
        hours: [
          { hour: 0, windKt: 99 },
          { hour: 3, windKt: 92 },
          { hour: 6, windKt: 80 },
        ],
      },
    ])
    expect(output).toEqual({
      hours: [
        { hour: 0, windKt: 100.5 },
        { hour: 3, windKt: 90.5 },
      ],
    })
    expect(verdict.deviators).toEqual(['2'])
  })

  it('does not count a key named twice by one replica as two voices', () => {
    const schema = { properties: { hours: { agree: { by: 'list', key: 'hour' }, items: wind } } }
    const twice = {
      hours: [
        { hour: 9, windKt: 5 },
        { hour: 9, windKt: 5 },
      ],
    }
    const { output } = agreeOn(schema, [{ hours: [] }, { hours: [] }, twice])
    expect(output).toEqual({ hours: [] })
  })

  it('takes nothing but numbers for a number', () => {
    const { verdict, output } = agreeOn(wind, [{ windKt: 'strong' }, { windKt: 101 }, { windKt: 103 }])
    expect(output).toEqual({ windKt: 102 })
    expect(verdict.deviators).toEqual(['0'])
    expect(agreeOn(wind, [{ windKt: 'strong' }, { windKt: [] }]).verdict.outcome).toBe('disagreed')
  })

  it('takes what must be exact from all or from none', () => {
    const schema = { properties: { code: { agree: { by: 'exact' } } } }
    expect(agreeOn(schema, [{ code: 1 }, { code: 1 }, { code: 1 }]).output).toEqual({ code: 1 })
    const { verdict } = agreeOn(schema, [{ code: 1 }, { code: 1 }, { code: 2 }])
    expect(verdict).toMatchObject({ outcome: 'disagreed', deviators: ['0', '1', '2'] })
  })

  it('never judges what is ignored', () => {
    const schema = { properties: { method: { agree: { by: 'ignore' } } } }
    expect(agreeOn(schema, [{ method: 'a' }, { method: 'b' }]).verdict.deviators).toEqual([])
  })

  it('is the same in whatever order the replicas come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 7 }), winds => {
        const replicas = winds.map((windKt, index) => ({ agentId: `${index}`, output: { windKt } }))
        const asked = { agents: replicas.map(({ agentId }) => agentId), quorum: 2, noShows: [], unrevealed: [] }
        expect(agree([...replicas].reverse(), wind, asked)).toEqual(agree(replicas, wind, asked))
      }),
    )
  })

  it('stays within the honest values while liars are fewer', () => {
    const honest = fc.array(fc.integer({ min: 100, max: 108 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(honest, fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 2 }), (good, bad) => {
        const { output } = agreeOn(
          wind,
          [...good, ...bad].map(windKt => ({ windKt })),
          3,
        )
        const { windKt } = output as { windKt: number }
        expect(windKt).toBeGreaterThanOrEqual(Math.min(...good) - 10)
        expect(windKt).toBeLessThanOrEqual(Math.max(...good) + 10)
      }),
    )
  })
})

describe('whatever a replica answers', () => {
  const asked = { agents: ['0', '1', '2'], quorum: 2, noShows: [], unrevealed: [] }
  const answering = (texts: readonly string[], schema = {}) =>
    agree(
      texts.map((text, place) => ({ agentId: `${place}`, output: JSON.parse(text) })),
      schema,
      asked,
    )

  it.each(['constructor', 'toString', '__proto__'])('under a name that objects inherit, it is its own: %s', name => {
    const { verdict, output } = answering(['{"a":1}', '{"a":1}', `{"a":1,"${name}":{"b":1}}`])
    expect(verdict.accepted).toEqual(['0', '1'])
    expect(verdict.deviations).toEqual([{ agentId: '2', field: `/${name}`, got: { b: 1 }, merged: null }])
    expect(output).toEqual({ a: 1 })
    const all = `{"${name}":{"b":1}}`
    expect(JSON.stringify(answering([all, all, all]).output)).toBe(all)
  })

  it('is a number, however large', () => {
    const large = `${Number.MAX_VALUE}`
    expect(answering([large, large]).output).toBe(Number.MAX_VALUE)
    expect(answering([`-${large}`, `-${large}`, large]).verdict.deviations).toMatchObject([{ by: Number.MAX_VALUE }])
  })

  it('and whatever its card says of that, there is a verdict, which can be written down', () => {
    const names = fc.constantFrom('a', 'constructor', '__proto__', 'agree', 'anyOf', 'properties', 'items', 'key', 'by')
    const { json } = fc.letrec<{ json: Json }>(tie => ({
      json: fc.oneof(
        fc.constantFrom('text', 'list', 'median', 'set', 'vote', null, true, 0, 1, Number.MAX_VALUE, -Number.MAX_VALUE),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.array(fc.tuple(names, tie('json')), { maxLength: 3 }).map(members => Object.fromEntries(members)),
      ),
    }))
    const schema = fc.array(fc.tuple(names, json), { maxLength: 4 }).map(members => Object.fromEntries(members))
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 3 }), schema, (outputs, schema) => {
        const replicas = outputs.map((output, place) => ({ agentId: `${place}`, output }))
        const { verdict, output } = agree(replicas, schema, asked)
        expect(() => canonicalJson([verdict, output])).not.toThrow()
      }),
      { numRuns: 3_000 },
    )
  })

  it('takes no longer than there is to look at', () => {
    const many = `[${Array.from({ length: 20_000 }, (_, n) => n)}]`
    const startedMs = performance.now()
    expect(answering([many, many, many], { agree: { by: 'set' } }).verdict.outcome).toBe('agreed')
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })
})
