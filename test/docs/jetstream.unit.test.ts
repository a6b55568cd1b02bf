import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../docs/JETSTREAM.md', import.meta.url), 'utf8')

/** Each test that the page names: its file, and how its own name reads there. */
function named(): [file: string, name: string][] {
  const files = [...page.matchAll(/`(test\/[^`]+)`: ((?:\*[^*]+\*(?:, )?)+)/g)]
  return files.flatMap(([, file, names]) =>
    [...names!.matchAll(/\*([^*]+)\*/g)].map(([, name]): [string, string] => [file!, name!]),
  )
}

test('names at least one test for each kind of trap', () => {
  expect(named().length).toBeGreaterThan(20)
})

test.each(named())('%s has "%s"', (file, name) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toContain(name)
})
