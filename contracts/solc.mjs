#!/usr/bin/env node
/**
 * The Solidity compiler of the npm package `solc`, in the shape forge expects of a native binary: `--version` answers
 * like solc's own command line, and `--standard-json` compiles standard input. With it forge needs no download.
 */
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

const solc = createRequire(import.meta.url)('solc')

if (process.argv.includes('--version')) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(solc.compile(await text(process.stdin)))
} else {
  process.stderr.write('solc.mjs answers --version and --standard-json only\n')
  process.exitCode = 2
}
