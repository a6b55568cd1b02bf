import { z } from 'zod'
import { skill } from '../../../agents/sdk/define.ts'
import { Credit, Discrepancy, Goods, Invoice, Waybill } from './documents.ts'

/** Every document is for the credit's order; quantities within the tolerance; not more claimed than there is. */
export const examineDocuments = skill({
  name: 'examine-documents',
  version: '1.0.0',
  description: 'Compares the documents with the credit, and with one another (UCP 600, articles 14, 18 and 30).',
  input: z.object({ credit: Credit, goods: Goods, waybill: Waybill, invoice: Invoice, tolerancePct: z.number() }),
  output: z.object({ complies: z.boolean(), discrepancies: z.array(Discrepancy) }),
  price: 2_000_000n,
  run({ credit, goods, waybill, invoice, tolerancePct }) {
    const discrepancies: z.infer<typeof Discrepancy>[] = []
    const compare = (what: string, expected: string | number, found: string | number, complies: boolean) => {
      if (!complies) discrepancies.push({ what, expected: `${expected}`, found: `${found}` })
    }
    for (const [name, { orderId }] of Object.entries({ goods, waybill, invoice })) {
      compare(`order of the ${name}`, credit.orderId, orderId, orderId === credit.orderId)
    }
    const off = Math.abs(goods.despatched - credit.quantity) / credit.quantity
    compare('quantity despatched', credit.quantity, goods.despatched, off * 100 <= tolerancePct)
    compare('quantity invoiced', goods.despatched, invoice.invoiced, invoice.invoiced <= goods.despatched)
    compare('currency', credit.currency, invoice.currency, invoice.currency === credit.currency)
    compare('amount', credit.amount, invoice.payable, invoice.payable <= credit.amount)
    return { complies: discrepancies.length === 0, discrepancies }
  },
})
