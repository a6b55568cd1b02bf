import type { WorkItem } from '../../protocol/assignment.ts'
import { signerOf } from '../../protocol/documents.ts'
import { refusalReasons } from '../../protocol/refusal.ts'
import type { Log } from '../../stack/log.ts'
import type { AgentDefinition } from './define.ts'
import type { AgentIdentity } from './identity.ts'

/**
 * Hears that an answer does not count. The signature is checked against the signer that the item names; whether that is a
 * coordinator's key an agent cannot tell, so nothing is done by it but to say so.
 */
export function hearRefusal(
  { refusal, signer, signature }: Extract<WorkItem, { kind: 'refusal' }>,
  { identity, definition, log }: { identity: AgentIdentity; definition: AgentDefinition; log: Log },
): void {
  if (refusal.agentId !== identity.agentId || signerOf(identity.domain, 'Refusal', refusal, signature) !== signer) {
    log.error({ refusal, signer }, 'a refusal that its signer did not sign was thrown away')
    return
  }
  log.warn({ ...refusal, signer }, `an answer does not count: ${refusalReasons[refusal.reason]}`)
  try {
    definition.refused?.({ ...refusal, signer, signature })
  } catch (error) {
    log.error({ err: error }, 'the hook for refusals failed')
  }
}
