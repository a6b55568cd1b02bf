#!/usr/bin/env node
/**
 * The Solidity compiler of the npm package `solc`, in the shape forge expects of a native binary: `--version` answers
 * like solc's own command line, and `--standard-json` compiles standard input. With it forge needs no download.
 *
 * Tests' own code is compiled beside all else, and without the optimiser, which takes two thirds of the time and makes
 * what runs on no chain cheaper. The contracts they deploy are not part of that code (`dynamic_test_linking`), and come
 * optimised, as they are shipped. What a test holds of them itself is marked `@custom:as-shipped`.
 */
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const solc = createRequire(import.meta.url)('solc')

/** @returns The input twice, of which the second makes the tests' own code; once, when there is none. */
function divide(input) {
  const { optimizer, outputSelection } = input.settings
  const wanted = Object.entries(outputSelection)
  const isPlain = ([path]) => path.startsWith('contracts/test/') && !isAsShipped(input.sources[path])
  const plain = wanted.filter(isPlain)
  if (!optimizer?.enabled || plain.length === 0) return [input]
  const of = (entries, settings) => ({
    ...input,
    settings: { ...input.settings, ...settings, outputSelection: Object.fromEntries(entries) },
  })
  return [of(wanted.filter(entry => !isPlain(entry))), of(plain, { optimizer: { ...optimizer, enabled: false } })]
}

function isAsShipped({ content }) {
  return content.includes('@custom:as-shipped')
}

/** @returns What solc says of the whole, from what it said of each part: all parts have the same sources. */
function unite(outputs) {
  const errors = new Map(outputs.flatMap(output => output.errors ?? []).map(error => [error.formattedMessage, error]))
  const contracts = {}
  for (const [path, made] of outputs.flatMap(output => Object.entries(output.contracts ?? {})))
    contracts[path] = { ...contracts[path], ...made }
  return { ...outputs[0], errors: [...errors.values()], contracts }
}

function compileBeside(input) {
  return new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: input }).once('message', resolve).once('error', reject)
  })
}

if (!isMainThread) {
  parentPort.postMessage(solc.compile(workerData))
} else if (process.argv.includes('--version')) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
} else if (process.argv.includes('--standard-json')) {
  const [first, ...others] = divide(JSON.parse(await text(process.stdin))).map(part => JSON.stringify(part))
  const beside = others.map(compileBeside)
  const outputs = [solc.compile(first), ...(await Promise.all(beside))].map(output => JSON.parse(output))
  process.stdout.write(JSON.stringify(unite(outputs)))
} else {
  process.stderr.write('solc.mjs answers --version and --standard-json only\n')
  process.exitCode = 2
}
