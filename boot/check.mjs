import { projectDir } from './project.mjs'
import { run } from './run.mjs'
import { say, secondsSince } from './say.mjs'

const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']
const vitest = ['node_modules/vitest/vitest.mjs', 'run']

/** The whole gate, cheapest first. Every step is a program under the project's Node, and its arguments. */
const STEPS = [
  { name: 'format and lint', args: biome },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'import direction', args: ['boot/check-imports.mjs'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js'] },
  { name: 'generated bindings', args: ['contracts/generate.ts', '--check'] },
  { name: 'contracts, read by analysers', args: ['contracts/lint.ts'] },
  { name: 'storage layout', args: ['contracts/layout.ts', '--check'] },
  { name: 'contracts', args: ['contracts/test.ts'] },
  { name: 'tests', args: vitest, tests: true },
  { name: 'gas', args: ['contracts/gas.ts', '--check'] },
]

/**
 * Runs the gate, and stops at the first step that fails.
 *
 * @param {string[]} options `--without-tests` for a caller that has just run them
 * @returns {Promise<number>} exit code
 */
async function check(options) {
  const unknown = options.filter(option => option !== '--without-tests')
  if (unknown.length > 0) {
    say(`check takes --without-tests, and not ${unknown.join(' ')}`)
    return 2
  }
  const steps = STEPS.filter(step => !(step.tests && options.includes('--without-tests')))
  const gateStartedMs = performance.now()
  for (const { name, args } of steps) {
    say(`\n── ${name}`)
    const startedMs = performance.now()
    const code = await run(process.execPath, args, { cwd: projectDir })
    if (code !== 0) {
      say(`── ${name}: FAILED after ${secondsSince(startedMs)} (exit code ${code})`)
      return code
    }
    say(`── ${name}: passed in ${secondsSince(startedMs)}`)
  }
  say(`\nAll ${steps.length} steps passed in ${secondsSince(gateStartedMs)}.`)
  return 0
}

process.exitCode = await check(process.argv.slice(2))
