import type { Bundle } from '../../protocol/evidence.ts'
import { type Html, html } from './html.ts'

/** Who was paid and fined, and that it adds up to the budget. */
export function moneySection({ events, anchors, batch }: Bundle): Html {
  const computed = events.map(({ event }) => event).find(event => event.type === 'SettlementComputed')
  if (computed?.type !== 'SettlementComputed')
    return html`<h2>Money</h2><p>Nothing was funded, so nothing was settled.</p>`
  const { budget, payments, penalties, fee, refund } = computed.settlement
  const line = (what: string, amount: string) => html`<tr><td>${what}</td><td>${amount}</td></tr>`
  const block = batch ? batch.final?.blockNumber : anchors.settlement?.blockNumber
  const by = batch ? `It was settled by batch ${batch.id}, posted in block ${anchors.settlement?.blockNumber}. ` : ''
  const where =
    by + (block === undefined ? '' : `${batch ? 'The batch became final' : 'It was settled'} in block ${block}.`)
  return html`<h2>Money</h2><p>In the smallest unit of the token. Payments, fee and refund are the budget of ${budget};
penalties come out of stakes. ${where}</p><table>${[
    ...payments.map(({ agentId, amount }) => line(`paid to agent ${agentId}`, amount)),
    line('fee of the consortium', fee),
    line('back to the requester', refund),
    ...penalties.map(({ agentId, amount, fault, subtaskId }) =>
      line(`taken from the stake of agent ${agentId}: ${fault} in ${subtaskId}`, amount),
    ),
  ]}</table>`
}
