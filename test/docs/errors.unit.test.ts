import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { describeErrors, errorsPage } from '../../docs/generate-errors.ts'

it('the page of errors is in step with the catalogue (node_modules/.bin/node docs/generate-errors.ts)', () => {
  expect(readFileSync(errorsPage, 'utf8')).toBe(describeErrors())
})
