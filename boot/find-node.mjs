import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './capture.mjs'
import { SetupError } from './say.mjs'

const NEEDED_MAJOR = 24

/**
 * The Node that runs our TypeScript: the one that the packages brought (Linux on x64 and arm64), else the running one
 * or the one on PATH when it is new enough.
 *
 * @param {string} dir the folder of package.json
 * @returns {Promise<string>} path of the executable
 */
export async function findNode(dir) {
  const own = join(dir, 'node_modules', '.bin', 'node')
  if (existsSync(own)) return own
  if (major(process.version) >= NEEDED_MAJOR) return process.execPath
  const { code, output } = await capture('node', ['--version'])
  if (code === 0 && major(output.trim()) >= NEEDED_MAJOR) return 'node'
  throw new SetupError(
    [
      `Node ${NEEDED_MAJOR} or newer is needed on ${process.platform}-${process.arch}; this is ${process.version}.`,
      'On Linux x64 and arm64 the packages bring it; on other systems please install it from https://nodejs.org',
      'and run the same command again.',
    ].join('\n'),
  )
}

/** Major version of `v24.1.0`; 0 when it is not a version. */
function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0)
}
