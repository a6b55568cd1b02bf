import { capture } from './capture.mjs'
import { projectDir } from './project.mjs'
import { run } from './run.mjs'
import { say, secondsSince } from './say.mjs'

const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']
const vitest = ['node_modules/vitest/vitest.mjs', 'run']

/**
 * The gate but for the tests, each lane in its order, cheapest first, and the lanes side by side: the contracts' tests
 * take as long as all else, and much of that on one core. Every step is a program under the project's Node, and its
 * arguments.
 */
const LANES = [
  [
    { name: 'format and lint', args: biome },
    { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
    { name: 'types of the page in browsers', args: ['node_modules/typescript/bin/tsc', '-p', 'verifier/page'] },
    { name: 'import direction', args: ['boot/check-imports.mjs'] },
    { name: 'dead code', args: ['node_modules/knip/bin/knip.js'] },
    { name: 'contracts, read by analysers', args: ['contracts/lint.ts'] },
    { name: 'storage layout', args: ['contracts/layout.ts', '--check'] },
    { name: 'gas', args: ['contracts/gas.ts', '--check'] },
  ],
  [
    { name: 'contracts', args: ['contracts/test.ts'] },
    // Of the same build: compiling takes half a minute.
    { name: 'generated bindings', args: ['contracts/generate.ts', '--check'] },
  ],
]

/** Alone, and last: what starts servers is not to wait for a core. */
const TESTS = { name: 'tests', args: vitest }

/**
 * Runs the gate. A step that fails ends its lane, and no tests follow.
 *
 * @param {string[]} options `--without-tests` for a caller that has just run them
 * @returns {Promise<number>} exit code: of the first step that failed, or 0
 */
async function check(options) {
  const unknown = options.filter(option => option !== '--without-tests')
  if (unknown.length > 0) {
    say(`check takes --without-tests, and not ${unknown.join(' ')}`)
    return 2
  }
  const startedMs = performance.now()
  const codes = await Promise.all(LANES.map(runLane))
  const failed = codes.find(code => code !== 0) ?? (options.includes('--without-tests') ? 0 : await runTests())
  if (failed === 0) say(`\nAll steps passed in ${secondsSince(startedMs)}.`)
  return failed
}

async function runLane(steps) {
  for (const { name, args } of steps) {
    const startedMs = performance.now()
    const { code, output } = await capture(process.execPath, args, { cwd: projectDir })
    // Whole, when it is there: of two lanes' output nobody could tell which is whose.
    tell(name, startedMs, code, output.trimEnd())
    if (code !== 0) return code
  }
  return 0
}

async function runTests() {
  say(`\n── ${TESTS.name}`)
  const startedMs = performance.now()
  const code = await run(process.execPath, TESTS.args, { cwd: projectDir })
  tell(TESTS.name, startedMs, code)
  return code
}

function tell(name, startedMs, code, output) {
  if (output) say(`\n${output}`)
  const result = code === 0 ? 'passed in' : 'FAILED after'
  say(`── ${name}: ${result} ${secondsSince(startedMs)}${code === 0 ? '' : ` (exit code ${code})`}`)
}

process.exitCode = await check(process.argv.slice(2))
