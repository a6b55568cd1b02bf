import { type Clearance, clearanceOf } from '../../../../coordinator/flow/policy/clear.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import type { PolicySet } from '../../../../protocol/policy.ts'
import { authorizeByCedar } from '../../../../registry/policy/cedar.ts'
import { policyFrom } from '../../../../registry/policy/policy-file.ts'
import type { Drive } from '../drive.ts'

export const officer = `0x${'0f'.repeat(20)}` as const

/** Whose data of what class may go where: the whole policy set of these tests but for its rules. */
export function setWith(policies: string, version = '1.0.0'): PolicySet {
  const rules = policies.trim().replaceAll('\n', '\n  ')
  return policyFrom(
    'test.yaml',
    `format: entente.policy/1
id: test
version: ${version}
roles: { officer: ['${officer}'] }
data:
  inputs: { test: [{ at: name, class: personal }, { at: size, class: public }] }
  outputs: { tell@1: [{ class: public }] }
policies: |
  @id("ask") permit (principal, action == Action::"ask", resource);
  @id("public") permit (principal, action == Action::"flow", resource) when { context.class == Class::"public" };
  ${rules}
`,
  )
}

/** Asks the set as a coordinator does, of these domains. */
export function clear(drive: Drive, subtaskId: string, domains: readonly string[], set: PolicySet): TaskEvent[] {
  return drive.when({ type: 'clear', ...clearance(drive, subtaskId, domains, set) })
}

export function clearance(drive: Drive, subtaskId: string, domains: readonly string[], set: PolicySet): Clearance {
  return clearanceOf(drive.task, subtaskId, domains, set, authorizeByCedar)
}
