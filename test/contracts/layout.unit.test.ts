import { describe, expect, it } from 'vitest'
import { type ReadSource, readSource } from '../../contracts/layout/compile.ts'
import { breaches, readKept, survey, unkept } from '../../contracts/layout.ts'

/** Reads the sources with one place of one of them changed. */
function planted(file: string, from: string, to: string): ReadSource {
  return path => {
    const text = readSource(path)
    if (!path.endsWith(`/${file}.sol`)) return text
    expect(text.split(from), `${from} in ${path}`).toHaveLength(2)
    return text.replace(from, to)
  }
}

const kept = await readKept()

function surveyOf(file: string, from: string, to: string) {
  const { layouts, dangers } = survey(planted(file, from, to))
  return { broken: breaches(kept, layouts), outdated: unkept(kept, layouts), dangers }
}

describe('the storage of upgradeable contracts', () => {
  it('is what is kept', () => {
    const { layouts, dangers } = survey()
    expect([...dangers, ...breaches(kept, layouts), ...unkept(kept, layouts)]).toEqual([])
  })

  it('does not count the lines of a source, nor what else is in it', () => {
    const using = 'using AgentRecord for AgentRecord.Agent;'
    const { broken, outdated } = surveyOf('IdentityRegistry', using, `struct Other { bool a; }\n\n ${using}`)
    expect([...broken, ...outdated]).toEqual([])
  })
})

describe('a check of the storage', () => {
  it('finds a field that moved', () => {
    const { broken } = surveyOf('IdentityRegistry', 'uint256 agentCount;', 'uint256 first; uint256 agentCount;')
    expect(broken.join()).toMatch(/an upgrade would corrupt what IdentityRegistry has stored.*Inserted `first`/s)
  })

  it('finds a field that changed its type', () => {
    const { broken } = surveyOf('IdentityRegistry', 'uint256 agentCount;', 'uint128 agentCount;')
    expect(broken.join()).toMatch(/Upgraded `agentCount` to an incompatible type.*uint256 to uint128/s)
  })

  it('finds a field that vanished', () => {
    const agents = 'mapping(uint256 agentId => AgentRecord.Agent) agents;'
    const { layouts: before } = survey(planted('IdentityRegistry', agents, `${agents} uint256 last;`))
    expect(breaches(before, kept).join()).toMatch(/Deleted `last`/)
  })

  it('finds a contract that vanished', () => {
    const { IdentityRegistry } = kept
    const vanished = 'IdentityRegistry vanished from the upgradeable contracts'
    expect(breaches({ IdentityRegistry: IdentityRegistry! }, {})).toEqual([vanished])
  })

  it('finds a field that moved in a struct behind a mapping', () => {
    const { broken } = surveyOf('AgentRecord', 'address wallet;', 'bool gone; address wallet;')
    expect(broken.join()).toMatch(/struct AgentRecord.Agent/)
  })

  it('finds a whole namespace that vanished', () => {
    const { broken } = surveyOf(
      'IdentityRegistry',
      'erc7201:entente.storage.IdentityRegistry\n',
      'erc7201:entente.other\n',
    )
    expect(broken.join()).toMatch(/Deleted namespace `erc7201:entente.storage.IdentityRegistry`/)
  })

  it('finds a namespace that lies elsewhere than its name says', () => {
    const { dangers } = surveyOf('IdentityRegistry', '0x115587be', '0x115587bf')
    expect(dangers.join()).toMatch(/no constant beside the struct of erc7201:entente.storage.IdentityRegistry/)
  })

  it('finds code that could destroy an implementation, or a state that only the constructor sees', () => {
    const { dangers } = surveyOf(
      'IdentityRegistry',
      'constructor() {',
      'uint256 public immutable born = block.number; function f(address a) external { a.delegatecall(""); } constructor() {',
    )
    expect(dangers.join()).toMatch(/delegatecall/)
    expect(dangers.join()).toMatch(/immutable/)
  })

  it('accepts a field behind the last, and asks to keep it', () => {
    const agents = 'mapping(uint256 agentId => AgentRecord.Agent) agents;'
    const { broken, outdated, dangers } = surveyOf('IdentityRegistry', agents, `${agents} uint256 last;`)
    expect([...broken, ...dangers]).toEqual([])
    expect(outdated).toEqual([expect.stringMatching(/IdentityRegistry .* run node contracts\/layout.ts/)])
  })
})
