import { ABIS } from '../abis.ts'
import { encodeCall } from '../bindings.ts'
import type { Creation } from '../create2.ts'
import { erc1967ProxyBytecode } from '../generated/bytecode/erc1967-proxy.ts'
import { reputationRegistryBytecode } from '../generated/bytecode/reputation-registry.ts'
import { taskFeedbackBytecode } from '../generated/bytecode/task-feedback.ts'
import { taskValidationBytecode } from '../generated/bytecode/task-validation.ts'
import { validationRegistryBytecode } from '../generated/bytecode/validation-registry.ts'
import { at, creation } from './creation.ts'

type Made = Record<'manager' | 'registry' | 'identity' | 'escrow' | 'batches', Creation>

/** ERC-8004's two registries of standing behind proxies, and what Entente itself reads and writes of them. */
export function planStanding({ manager, registry, identity, escrow, batches }: Made): Creation[] {
  const proxied = (name: 'ReputationRegistry' | 'ValidationRegistry', bytecode: string) => {
    const code = creation(`${name} implementation`, bytecode, at(identity))
    const initialize = encodeCall(ABIS[name], 'initialize', [manager.address as `0x${string}`])
    return [code, creation(name, erc1967ProxyBytecode, at(code), ['bytes', initialize])] as const
  }
  const [reputationCode, reputation] = proxied('ReputationRegistry', reputationRegistryBytecode)
  const [validationCode, validation] = proxied('ValidationRegistry', validationRegistryBytecode)
  return [
    ...[reputationCode, reputation, validationCode, validation],
    creation('TaskFeedback', taskFeedbackBytecode, at(registry), at(escrow), at(batches), at(reputation)),
    creation('TaskValidation', taskValidationBytecode, at(escrow), at(validation)),
  ]
}
