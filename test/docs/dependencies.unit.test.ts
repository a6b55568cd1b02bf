import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('every package that this one names has its reason', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(read('package.json'))
  const page = read('docs/DEPENDENCIES.md')
  // Several of one scope share a row, where the scope is written once: `@nats-io/jetstream`, `kv`; `@types/*`.
  const formsOf = (name: string) => [name, name.split('/')[1] ?? name, name.replace(/\/.*/, '/*')]
  const names = [dependencies, devDependencies, optionalDependencies, overrides].flatMap(group => Object.keys(group))
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter(name => !formsOf(name).some(form => page.includes(`\`${form}\``)))).toEqual([])
})
