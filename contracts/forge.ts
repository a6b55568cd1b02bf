import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { platformPackage } from './platform-package.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs forge on the contracts, its output streamed to ours.
 *
 * @param args forge's arguments, such as `['test']`.
 * @param env variables beside those of this process, such as forge's settings (`FOUNDRY_OUT`).
 * @throws Error when forge is not there, or ends with a code other than 0.
 */
export function forge(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const binary = fileURLToPath(import.meta.resolve(`${platformPackage('forge')}/bin/forge`))
  const child = spawn(binary, [...args, '--root', ROOT], {
    cwd: ROOT,
    env: { ...process.env, FOUNDRY_CONFIG: 'contracts/foundry.toml', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(new Error(`forge did not start: run npm ci`, { cause })))
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`forge ${args.join(' ')} ended with ${signal ?? `code ${code}`}`))
    })
  })
}
