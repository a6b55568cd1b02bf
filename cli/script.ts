import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EntenteError } from '../protocol/errors.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * `entente script`: a program that was written to the guides. It finds its arguments where any program does. An error of
 * ours that it lets through is explained as everywhere; of another kind its author is shown where it came from.
 * @throws EntenteError FILE_UNREADABLE, or what the program lets through
 */
export async function runScript(file: string, args: readonly string[]): Promise<void> {
  const path = resolve(file)
  if (!existsSync(path)) throw new EntenteError('FILE_UNREADABLE', `there is no ${path}`)
  process.argv = [process.execPath, path, ...args]
  try {
    await import(pathToFileURL(path).href)
  } catch (error) {
    if (error instanceof EntenteError) throw error
    process.stderr.write(`${(error instanceof Error && error.stack) || String(error)}\n`)
    process.exitCode = exitCodes.failed
  }
}
