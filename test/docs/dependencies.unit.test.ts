import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const page = read('docs/DEPENDENCIES.md')
// Several of one scope share a row, where the scope is written once: `@nats-io/jetstream`, `kv`; `@types/*`.
const formsOf = (name: string) => [name, name.split('/')[1] ?? name, name.replace(/\/.*/, '/*')]
const withoutReason = (names: readonly string[]) =>
  names.filter(name => !formsOf(name).some(form => page.includes(`\`${form}\``)))

it('every package that this one names has its reason', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(read('package.json'))
  const names = [dependencies, devDependencies, optionalDependencies, overrides].flatMap(group => Object.keys(group))
  expect(names.length).toBeGreaterThan(40)
  expect(withoutReason(names)).toEqual([])
})

it('every package that is only measured has its reason, an exact version, and no place among ours', () => {
  const peers = JSON.parse(read('test/bench/peers/package.json'))
  expect(withoutReason(Object.keys({ ...peers.dependencies, ...peers.overrides }))).toEqual([])
  for (const version of Object.values(peers.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(JSON.parse(read('package-lock.json')).packages).not.toHaveProperty('node_modules/@restatedev/restate-server')
})

it('every node that is only run beside ours has its reason, an exact version, and no place among ours', () => {
  const { dependencies } = JSON.parse(read('test/gateway/other-nodes/package.json'))
  expect(withoutReason(Object.keys(dependencies))).toEqual([])
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  const ours = JSON.parse(read('package-lock.json')).packages
  for (const name of Object.keys(dependencies)) expect(ours).not.toHaveProperty([`node_modules/${name}`])
})
