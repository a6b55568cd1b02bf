import { createHash } from 'node:crypto'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Credit, Discrepancy } from './documents.ts'
import { examineDocuments } from './examine-documents.ts'
import { readUbl } from './read-ubl.ts'

const openCredit = skill({
  name: 'open-credit',
  version: '1.0.0',
  description: 'Opens a credit over an order.',
  input: z.object({ order: z.string() }),
  output: Credit,
  price: 2_000_000n,
  run({ order }) {
    const { find, attribute } = readUbl(order, 'Order')
    const amount = 'AnticipatedMonetaryTotal/PayableAmount'
    return {
      creditNo: `LC-${createHash('sha256').update(order).digest('hex').slice(0, 8).toUpperCase()}`,
      orderId: find('ID'),
      buyer: find('BuyerCustomerParty/Party/PartyName/Name'),
      seller: find('SellerSupplierParty/Party/PartyName/Name'),
      currency: attribute(amount, 'currencyID'),
      amount: Number(find(amount)),
      quantity: Number(find('OrderLine/LineItem/Quantity')),
    }
  },
})

const payBeneficiary = skill({
  name: 'pay-beneficiary',
  version: '1.0.0',
  description: 'Pays what is claimed, up to what the credit has.',
  input: z.object({
    creditNo: z.string(),
    beneficiary: z.string(),
    currency: z.string(),
    available: z.number(),
    claimed: z.number(),
  }),
  output: z.object({ creditNo: z.string(), beneficiary: z.string(), currency: z.string(), paid: z.number() }),
  price: 2_000_000n,
  run: ({ available, claimed, ...payment }) => ({ ...payment, paid: Math.min(available, claimed) }),
})

const refuseDocuments = skill({
  name: 'refuse-documents',
  version: '1.0.0',
  description: 'Gives notice of refusal, with every discrepancy (UCP 600, article 16c).',
  input: z.object({ creditNo: z.string(), discrepancies: z.array(Discrepancy) }),
  output: z.object({ creditNo: z.string(), reasons: z.array(z.string()) }),
  price: 1_000_000n,
  run: ({ creditNo, discrepancies }) => ({ creditNo, reasons: discrepancies.map(({ what }) => what) }),
})

export default agent({
  name: 'issuing-bank',
  description: "The buyer's bank: opens credits, examines documents, pays or refuses.",
  skills: [openCredit, examineDocuments, payBeneficiary, refuseDocuments],
})
