import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPolicyText } from '../../registry/policy/policy-file.ts'

const head = 'format: entente.policy/1\nid: test\nversion: 1.0.0\n'
const faultsOf = (text: string) =>
  readPolicyText(text).faults.map(({ line, column, what }) => `${line}:${column} ${what}`)

describe('a policy set that is wrong is told so, with the line', () => {
  it.each([
    [
      'a field of another name',
      `${head}polices: |\n  permit (principal, action, resource);\n`,
      '4:1 there is no field polices',
    ],
    ['a version that is none', head.replace('1.0.0', 'one'), '3:1 version: '],
    [
      'what is no Cedar',
      `${head}policies: |\n  @id("a")\n  permit (principal, action resource);\n`,
      '6:29 failed to parse',
    ],
    [
      'a class that there is not',
      `${head}policies: |\n  @id("a") permit (principal, action == Action::"flow", resource)\n  when { context.class == Class::"secret" };\n`,
      '6:27 for policy `policy0`: entity `Class::"secret"`',
    ],
    [
      'a domain that the set does not list',
      `${head}domains: [police]\npolicies: |\n  @id("a") permit (principal == Domain::"polcie", action == Action::"flow", resource);\n`,
      '6:33 for policy `policy0`: entity `Domain::"polcie"`',
    ],
    [
      'what is not in the context of that action',
      `${head}policies: |\n  @id("a") permit (principal, action == Action::"ask", resource)\n  when { context.class == Class::"public" };\n`,
      '6:10 for policy `policy0`, attribute `class`',
    ],
    [
      'a policy without a name',
      `${head}policies: |\n\n  permit (principal, action, resource);\n`,
      '6:3 this policy has no @id',
    ],
    [
      'two policies of one name',
      `${head}policies: |\n  @id("a") permit (principal, action, resource);\n  @id("a") forbid (principal, action, resource);\n`,
      '6:3 another policy is called a too',
    ],
    ['what is no YAML', `${head}policies: [`, '4:12 Flow sequence'],
  ])('%s', (_, text, expected) => {
    expect(faultsOf(text).filter(fault => fault.startsWith(expected))).not.toEqual([])
  })

  it('and the one in the guide is right', () => {
    const guide = readFileSync(new URL('../../docs/POLICY.md', import.meta.url), 'utf8')
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(guide)!
    expect(faultsOf(example!)).toEqual([])
  })

  it('and one that is right is taken', () => {
    const text = `${head}policies: |\n  @id("a") permit (principal, action, resource);\n`
    expect(readPolicyText(text)).toMatchObject({ faults: [], set: { id: 'test', otherwise: 'internal' } })
  })
})
