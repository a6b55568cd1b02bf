import { z } from 'zod'

/** What of each document counts for a credit. */
export const Credit = z.object({
  creditNo: z.string(),
  orderId: z.string(),
  buyer: z.string(),
  seller: z.string(),
  currency: z.string(),
  amount: z.number(),
  quantity: z.number(),
})
export const Goods = z.object({
  orderId: z.string(),
  despatchId: z.string(),
  despatched: z.number(),
  goods: z.string(),
})
export const Waybill = z.object({ waybillNo: z.string(), orderId: z.string(), issuedOn: z.string() })
export const Invoice = z.object({
  invoiceNo: z.string(),
  orderId: z.string(),
  currency: z.string(),
  payable: z.number(),
  invoiced: z.number(),
})
export const Discrepancy = z.object({ what: z.string(), expected: z.string(), found: z.string() })
