/** Has the sources of the contracts read by two analysers, neither of which may find anything: `node contracts/lint.ts`. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { forge } from './forge.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function solhint(): boolean {
  const entry = fileURLToPath(new URL('../node_modules/solhint/solhint.js', import.meta.url))
  const args = [entry, '--noPoster', '--max-warnings', '0', '--config', '.solhint.json', 'contracts/src/**/*.sol']
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status === 0
}

// forge compiles for its lints without making bytecode, and would leave such artifacts where others look for whole ones.
const APART = { FOUNDRY_OUT: 'contracts/cache/lint/out', FOUNDRY_CACHE_PATH: 'contracts/cache/lint' }

try {
  const severities = ['high', 'med', 'low'].flatMap(severity => ['--severity', severity])
  await forge(['lint', 'contracts/src', ...severities, '--deny', 'warnings'], APART)
  if (!solhint()) throw new Error('solhint found what .solhint.json does not allow')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
