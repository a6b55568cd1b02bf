import type { Creation } from '../create2.ts'
import { foreignChainsBytecode } from '../generated/bytecode/foreign-chains.ts'
import { foreignLogsBytecode } from '../generated/bytecode/foreign-logs.ts'
import { inboxBytecode } from '../generated/bytecode/inbox.ts'
import { outboxBytecode } from '../generated/bytecode/outbox.ts'
import { at, creation } from './creation.ts'

/** What goes to other chains, and what is known of them. */
export function planRelay(made: Record<'manager' | 'registry' | 'domains', Creation>): Creation[] {
  const { manager, registry, domains } = made
  const chains = creation('ForeignChains', foreignChainsBytecode, at(manager), at(registry), at(domains))
  return [
    creation('Outbox', outboxBytecode),
    chains,
    creation('ForeignLogs', foreignLogsBytecode, at(chains)),
    creation('Inbox', inboxBytecode, at(chains)),
  ]
}
