import { expect, it } from 'vitest'
import { z } from 'zod'
import { explainMismatch } from '../../../agents/sdk/explain-mismatch.ts'

const Schema = z.object({ hours: z.array(z.object({ lat: z.number() })), method: z.string() })

it('says every departure from a schema by its place, on one line', () => {
  const said = explainMismatch(Schema.safeParse({ hours: [{ lat: 29 }, { lat: '30' }] }).error!)
  expect(said).toMatch(/^hours\.1\.lat: [^\n;]*number[^\n;]*; method: [^\n;]*string[^\n;]*$/)
})

it('names no place for a value that is wrong as a whole', () => {
  expect(explainMismatch(Schema.safeParse(undefined).error!)).toMatch(/^Invalid input/)
})
