import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Runs forge on the contracts, its output streamed to ours. The platform's own binary is started, because npm's wrapper
 * can outlive whoever stops it.
 *
 * @param args forge's arguments, such as `['test']`.
 * @throws Error when forge is not there, or ends with a code other than 0.
 */
export function forge(args: readonly string[]): Promise<void> {
  const platform = `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`
  const binary = fileURLToPath(import.meta.resolve(`@foundry-rs/forge-${platform}/bin/forge`))
  const child = spawn(binary, [...args, '--root', ROOT], {
    cwd: ROOT,
    env: { ...process.env, FOUNDRY_CONFIG: 'contracts/foundry.toml' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(new Error(`forge did not start for ${platform}: run npm ci`, { cause })))
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`forge ${args.join(' ')} ended with ${signal ?? `code ${code}`}`))
    })
  })
}
