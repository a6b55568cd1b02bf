import { readFileSync } from 'node:fs'
import { makeNamespacedInput, type SolcInput, type SolcOutput } from '@openzeppelin/upgrades-core'
import { keccak256, toUtf8Bytes } from 'ethers'
import solc from 'solc'

/** What solc made of a contract and all it imports: the sources, their syntax, and how their storage is laid out. */
export interface Compiled {
  input: SolcInput
  output: SolcOutput
  /** The same sources with a variable for each ERC-7201 struct: solc lays out variables only. */
  namespaced: SolcOutput
}

/** @returns The text of the source that Solidity calls `path`. */
export type ReadSource = (path: string) => string

const ROOT = new URL('../../', import.meta.url)

/** Reads our sources by their path from the repository's root, and others from `node_modules`. */
export function readSource(path: string): string {
  return readFileSync(new URL(path.startsWith('@') ? `node_modules/${path}` : path, ROOT), 'utf8')
}

/** What was compiled in this process, by its path: the same sources compile to the same. */
const made = new Map<string, Compiled[]>()

/**
 * Compiles as far as storage goes. No code is generated, so it takes a second; what was compiled before, none.
 *
 * @param path Of the source, from the repository's root.
 * @throws Error with the compiler's words when it does not compile.
 */
export function compile(path: string, read: ReadSource): Compiled {
  const before = made.get(path) ?? []
  const found = before.find(({ input }) =>
    Object.entries(input.sources).every(([source, { content }]) => content === read(source)),
  )
  if (found) return found
  const compiled = compileAnew(path, read)
  made.set(path, [...before, compiled])
  return compiled
}

function compileAnew(path: string, read: ReadSource): Compiled {
  const sources: SolcInput['sources'] = { [path]: { content: read(path) } }
  const outputSelection = { '*': { '': ['ast'], '*': ['storageLayout'] } }
  // The fork has a say in what compiles; the rest of foundry.toml only in what code comes out.
  const settings = { evmVersion: 'cancun', outputSelection }
  const output = run({ language: 'Solidity', sources, settings }, imported => {
    const contents = read(imported)
    sources[imported] = { content: contents }
    return { contents }
  })
  // The sources are complete by now.
  const input = { language: 'Solidity', sources, settings }
  nameByHash(output)
  return { input, output, namespaced: run(makeNamespacedInput(input, output, solc.version())) }
}

function run(input: object, read?: (path: string) => { contents: string }): SolcOutput {
  const output: SolcOutput = JSON.parse(solc.compile(JSON.stringify(input), read && { import: read }))
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return output
}

/** The checks know a contract by its bytecode. There is none, so its name's hash stands in: only identity matters. */
function nameByHash({ contracts }: SolcOutput): void {
  for (const [path, inFile] of Object.entries(contracts)) {
    for (const [name, contract] of Object.entries(inFile)) {
      contract.evm = { bytecode: { object: keccak256(toUtf8Bytes(`${path}:${name}`)), linkReferences: {} } }
    }
  }
}
