import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Goods, Invoice } from './documents.ts'
import { readUbl } from './read-ubl.ts'

export default agent({
  name: 'maker',
  description: 'Makes what is ordered, sends it off, and sends the bill.',
  skills: [
    skill({
      name: 'despatch-goods',
      version: '1.0.0',
      description: 'Says what was sent off, by the despatch advice.',
      input: z.object({ orderId: z.string(), despatchAdvice: z.string() }),
      output: Goods,
      price: 2_000_000n,
      run({ orderId, despatchAdvice }) {
        const { find } = readUbl(despatchAdvice, 'DespatchAdvice')
        const sentFor = find('OrderReference/ID')
        if (sentFor !== orderId) throw new Error(`the despatch advice is for order ${sentFor}, not ${orderId}`)
        return {
          orderId,
          despatchId: find('ID'),
          despatched: Number(find('DespatchLine/DeliveredQuantity')),
          goods: find('DespatchLine/Item/Name'),
        }
      },
    }),
    skill({
      name: 'present-invoice',
      version: '1.0.0',
      description: 'Presents the invoice.',
      input: z.object({ invoice: z.string() }),
      output: Invoice,
      price: 1_000_000n,
      run({ invoice }) {
        const { find, attribute } = readUbl(invoice, 'Invoice')
        const payable = 'LegalMonetaryTotal/PayableAmount'
        return {
          invoiceNo: find('ID'),
          orderId: find('OrderReference/ID'),
          currency: attribute(payable, 'currencyID'),
          payable: Number(find(payable)),
          invoiced: Number(find('InvoiceLine/InvoicedQuantity')),
        }
      },
    }),
  ],
})
