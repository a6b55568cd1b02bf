import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Waybill } from './documents.ts'
import { readUbl } from './read-ubl.ts'

export default agent({
  name: 'carrier',
  description: 'Carries goods, and issues the waybill that says so.',
  skills: [
    skill({
      name: 'issue-waybill',
      version: '1.0.0',
      description: 'Issues the waybill of a shipment.',
      input: z.object({ waybill: z.string() }),
      output: Waybill,
      price: 2_000_000n,
      run({ waybill }) {
        const { find } = readUbl(waybill, 'Waybill')
        return { waybillNo: find('ID'), orderId: find('DocumentReference/ID'), issuedOn: find('IssueDate') }
      },
    }),
  ],
})
