/**
 * Fails unless the tests take every line and every branch of `contracts/src`: `node contracts/coverage.ts`, some minutes.
 * A branch that none can take says so in the comment above it.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { forge } from './forge.ts'

const ROOT = new URL('..', import.meta.url)
const SOURCES = 'contracts/src/'
const EXCUSE = 'which no test reaches'
// Forge measures in a build of its own, without the optimiser, in which tests hold the code of what they deploy.
const FOLDER = 'contracts/cache/coverage'
const REPORT = `${FOLDER}/lcov.info`
const APART = {
  FOUNDRY_OUT: `${FOLDER}/out`,
  FOUNDRY_CACHE_PATH: FOLDER,
  FOUNDRY_DYNAMIC_TEST_LINKING: 'false',
}
// Where figures of gas mean nothing, and campaigns of random calls take long.
const LEFT_OUT = ['--no-match-path', 'contracts/test/invariant/*', '--no-match-contract', 'RegistryGasTest']

/** @returns what no test took, as `file:line`, from a report in lcov's format: DA line,hits and BRDA line,block,branch,hits. */
function untaken(report: string): string[] {
  const places = new Set<string>()
  let file = ''
  for (const record of report.split('\n')) {
    const [kind = '', value = ''] = record.split(/:(.*)/s)
    if (kind === 'SF') file = value
    if (!file.startsWith(SOURCES) || (kind !== 'DA' && kind !== 'BRDA')) continue
    const numbers = value.split(',')
    if (['0', '-'].includes(numbers.at(-1)!)) places.add(`${file}:${numbers[0]}`)
  }
  return [...places]
}

function isExcused(place: string): boolean {
  const [file = '', line = ''] = place.split(':')
  const above = readFileSync(new URL(file, ROOT), 'utf8').split('\n')[Number(line) - 2]
  return above?.includes(EXCUSE) ?? false
}

try {
  mkdirSync(new URL(FOLDER, ROOT), { recursive: true })
  await forge(['coverage', '--report', 'lcov', '--report-file', REPORT, ...LEFT_OUT], APART)
  const places = untaken(readFileSync(new URL(REPORT, ROOT), 'utf8'))
  const missed = places.filter(place => !isExcused(place))
  if (missed.length > 0) throw new Error(`not covered by any test:\n${missed.join('\n')}`)
  console.log(`Every line and branch is covered, but for ${places.length} that say why not: ${places.join(', ')}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
