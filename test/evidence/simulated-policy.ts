import type { PolicySet } from '../../protocol/policy.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { walletOf } from './simulated-setting.ts'

/** Regions are masked for weather agencies, and what is known of beds goes on when an officer approves. */
export function simulatedPolicy(): PolicySet {
  const text = `
format: entente.policy/1
id: simulated
version: 1.0.0
roles: { officer: ['${walletOf('officer')}'] }
data:
  inputs: { small-response: [{ at: at, class: personal }] }
  outputs: { find-beds@1: [{ class: restricted }] }
policies: |
  @id("anyone-orders") permit (principal, action == Action::"order", resource);
  @id("anyone-asks") permit (principal, action == Action::"ask", resource);
  @id("not-weather-four") @reason("it has left") forbid (principal, action == Action::"ask", resource == Domain::"weather-four");
  @id("inside") permit (principal, action == Action::"flow", resource)
  when { context.class == Class::"internal" };
  @id("masked") permit (principal, action == Action::"flow", resource)
  when { context.class == Class::"personal" && context.masked };
  @id("approved") permit (principal, action == Action::"flow", resource)
  when { context.class == Class::"restricted" && context.approvedBy.contains(Role::"officer") };
`
  return policyFrom('simulated.yaml', text)
}
