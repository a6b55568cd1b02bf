import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture } from './capture.mjs'
import { SetupError, say, secondsSince } from './say.mjs'

const ERROR_LINES = 12

/**
 * Makes `node_modules` match the lockfile; does nothing when it already does.
 *
 * What is installed is told by a stamp inside `node_modules`, so that deleting the folder deletes the claim. The stamp
 * covers the lockfile and the platform; the Node that runs our code is itself in the lockfile, so its ABI needs no more.
 *
 * @param {string} dir the folder of package.json
 * @returns {Promise<boolean>} true when packages were installed
 */
export async function installPackages(dir) {
  const stampFile = join(dir, 'node_modules', '.entente-stamp')
  const stamp = packagesStamp(dir)
  if (readIfThere(stampFile) === stamp) return false

  say('Installing packages (first run, or the lockfile changed; about 20 seconds)...')
  const startedMs = performance.now()
  // Nothing we depend on needs an install script, so none may run.
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  const { code, output } = await capture('npm', [...args, '--include=dev', '--include=optional'], {
    cwd: dir,
    env: withoutOwnNode(dir),
  })
  if (code !== 0) throw new SetupError(explainFailure(output))
  writeFileSync(stampFile, stamp)
  say(`Packages installed in ${secondsSince(startedMs)}.`)
  return true
}

/** What `node_modules` must have been made from: hash of the lockfile, and the platform. */
export function packagesStamp(dir) {
  const lockfile = readFileSync(join(dir, 'package-lock.json'))
  const hash = createHash('sha256').update(lockfile).digest('hex')
  return `${hash} ${process.platform} ${process.arch}\n`
}

// `npm ci` deletes node_modules first: npm must not run on the Node that lives in there, which npm scripts put on PATH.
function withoutOwnNode(dir) {
  const ownBin = join(dir, 'node_modules', '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter(entry => entry !== ownBin)
  return { ...process.env, PATH: path.join(delimiter) }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function explainFailure(output) {
  // npm says what is wrong first, and ends with its own manual.
  const errors = output.split('\n').filter(line => line.startsWith('npm error'))
  const telling = errors.length > 0 ? errors.slice(0, ERROR_LINES) : output.split('\n').slice(-ERROR_LINES)
  return [
    'The packages could not be installed. What `npm ci` said:',
    ...telling.map(line => `    ${line}`),
    'What to do: check the network and the registry (`npm config get registry`), then run the same command again.',
    '`npm ci` alone shows the whole output.',
  ].join('\n')
}
