import {
  getContractVersion,
  getErrors,
  getStorageLayout,
  type SolcOutput,
  type StorageLayout,
  solcInputOutputDecoder,
  UpgradeableContractErrorReport,
  type ValidationErrors,
  validate,
} from '@openzeppelin/upgrades-core'
import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers'
import solc from 'solc'
import { compile, type ReadSource } from './compile.ts'

/** A check that a contract may fail, by the name that the upgrades library gives it. */
export type Danger = ValidationErrors['errors'][number]['kind']

export interface Inspected {
  layout: StorageLayout
  /** What makes the contract unfit to be upgraded, apart from what was allowed: a line or more each. */
  dangers: string[]
}

/**
 * Says how an upgradeable contract lays out its storage, and whether its code is fit to run behind a proxy.
 *
 * @param name Of the contract in `contracts/src/<name>.sol`.
 * @param allowed The checks that it need not pass.
 */
export function inspect(name: string, allowed: readonly Danger[], read: ReadSource): Inspected {
  const path = `contracts/src/${name}.sol`
  const { input, output, namespaced } = compile(path, read)
  const decode = solcInputOutputDecoder(input, output)
  const validation = validate(output, decode, solc.version(), input, namespaced)
  const version = getContractVersion(validation, `${path}:${name}`)
  // To the library the order of initializers is worth a warning, which it prints itself unless told not to.
  const found = getErrors(validation, version, { kind: 'uups', unsafeAllow: ['incorrect-initializer-order'] })
  const errors = found.filter(({ kind }) => !allowed.includes(kind))
  const unsafe = errors.length > 0 ? [new UpgradeableContractErrorReport(errors).explain(false)] : []
  const layout = getStorageLayout(validation, version)
  const astray = Object.keys(layout.namespaces ?? {}).filter(location => !rootsOf(output).has(location))
  return {
    layout: stable(layout),
    dangers: [...unsafe, ...astray.map(location => `no constant beside the struct of ${location} holds its slot`)],
  }
}

/**
 * A struct's annotation is a comment: the struct lies where a constant says. Were that to change, everything stored would be
 * lost to sight, with the layout the same.
 *
 * @returns The annotations that a constant of the same contract agrees with.
 */
function rootsOf(output: SolcOutput): Set<string> {
  const agreed = new Set<string>()
  for (const { ast } of Object.values(output.sources)) {
    for (const contract of ast.nodes) {
      if (contract.nodeType !== 'ContractDefinition') continue
      const constants = contract.nodes.flatMap(node =>
        node.nodeType === 'VariableDeclaration' && node.value?.nodeType === 'Literal' ? [node.value.value] : [],
      )
      for (const node of contract.nodes) {
        if (node.nodeType !== 'StructDefinition') continue
        const id = /@custom:storage-location erc7201:(\S+)/.exec(node.documentation?.text ?? '')?.[1]
        if (id && constants.includes(slotOf(id))) agreed.add(`erc7201:${id}`)
      }
    }
  }
  return agreed
}

/** @returns The slot that ERC-7201 gives to the namespace `id`. */
function slotOf(id: string): string {
  const before = BigInt(keccak256(toUtf8Bytes(id))) - 1n
  const hash = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['uint256'], [before])))
  return `0x${(hash & ~0xffn).toString(16).padStart(64, '0')}`
}

/** @returns The layout without what changes although no storage does: the compiler's numbers for types, and line numbers. */
function stable({ storage, types, namespaces = {} }: StorageLayout): StorageLayout {
  const names = new Map<string, string>()
  for (const [id, { label }] of Object.entries(types)) {
    const numbered = /^t_(?:struct|enum|contract|userDefinedValueType)\(\w+\)(\d+)/.exec(id)
    // A label such as "struct AgentRecord.Agent".
    if (numbered) names.set(numbered[1]!, label.split(' ').at(-1)!)
  }
  const rename = (id: string): string =>
    id.replace(/\(\w+\)(\d+)/g, (whole, number) => (names.has(number) ? `(${names.get(number)})` : whole))
  const plain = <T extends { type: string }>(field: T): T => ({ ...field, type: rename(field.type) })
  const items = (fields: StorageLayout['storage']): StorageLayout['storage'] =>
    fields.map(({ astId, ...field }) => plain({ ...field, src: field.contract }))
  const entries = Object.entries(types).map(([id, { label, members, numberOfBytes, underlying }]) => {
    const fields = members?.map(member => (typeof member === 'string' ? member : plain(member)))
    return [rename(id), { label, members: fields, numberOfBytes, underlying: underlying && rename(underlying) }]
  })
  // Through JSON, as it is kept: fields that are undefined go.
  return JSON.parse(
    JSON.stringify({
      storage: items(storage),
      types: Object.fromEntries(entries.sort()),
      namespaces: Object.fromEntries(Object.entries(namespaces).map(([id, fields]) => [id, items(fields)])),
    }),
  )
}
