import { randomBytes } from 'node:crypto'
import type { SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { perform } from '../../registry/perform.ts'
import { sendUntilTaken } from '../../stack/send-until-taken.ts'
import { makeOrder, type Wish } from './make-order.ts'
import type { Consortium } from './start-consortium.ts'

/** Puts an amount into escrow for a domain: minted to its admin, who deposits it. */
export async function depositFor({ nc, accounts, chain }: Consortium, domainId: string, amount: bigint): Promise<void> {
  const { address } = accounts.admins.get(domainId)!
  const businessId = `${domainId}/${randomBytes(8).toString('hex')}`
  const step = (from: Hex, operation: string, contract: string, call: string, args: string[]) =>
    perform(nc, { operation, businessId, from, contract, call, args })
  await Promise.all([
    step(accounts.governor.address, 'mint-deposit', 'EntenteToken', 'mint', [address, `${amount}`]),
    step(address, 'approve-deposit', 'EntenteToken', 'approve', [chain.contracts.Escrow!, `${amount}`]),
  ])
  await step(address, 'deposit', 'Escrow', 'deposit', [address, `${amount}`])
}

/** Signs an order in the name of the domain's admin; `submit` sends it. */
export function orderTask({ nc, accounts, chain, directory, approver }: Consortium, wish: Wish): Promise<SubmitTask> {
  const requester = accounts.admins.get(wish.domainId)!
  return makeOrder({ nc, chain, directory, requester, approvers: [approver.address] }, wish)
}

/**
 * Sends a signed order to the coordinators, and waits for as long as they have no room for it.
 * @returns the task's id, which is the order's digest
 * @throws EntenteError as the coordinator refused it
 */
export async function submit({ nc, chain }: Pick<Consortium, 'nc' | 'chain'>, command: SubmitTask): Promise<Hex> {
  await sendUntilTaken(nc, 'submit', command, { untilMs: command.order.deadline * 1_000 })
  return digestDocument(signingDomain(chain.chainId, chain.contractRegistry), 'TaskOrder', command.order)
}
