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

try {
  await forge([
    'lint',
    'contracts/src',
    '--severity',
    'high',
    '--severity',
    'med',
    '--severity',
    'low',
    '--deny',
    'warnings',
  ])
  if (!solhint()) throw new Error('solhint found what .solhint.json does not allow')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
