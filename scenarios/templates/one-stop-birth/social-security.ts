import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

export default agent({
  name: 'social-security',
  description: 'Insures residents, and supports families.',
  skills: [
    skill({
      name: 'enrol-insurance',
      version: '1.0.0',
      description: 'Insures a resident from a day on.',
      input: z.object({ residentId: z.string(), from: z.iso.date() }),
      // It has the resident's number in it.
      output: z.object({ insuranceNo: z.string().meta({ class: 'restricted' }), from: z.string() }),
      price: 1_000_000n,
      run: ({ residentId, from }) => ({ insuranceNo: `S${residentId}`, from }),
    }),
    skill({
      name: 'grant-allowance',
      version: '1.1.0',
      description: 'Grants an allowance for the first three years, to an account where one is named.',
      input: z.object({ residentId: z.string(), perMonth: z.int(), accountNo: z.string().nullable() }),
      output: z.object({ perMonth: z.int(), months: z.int(), paid: z.enum(['account', 'cash']) }),
      price: 1_000_000n,
      run: ({ perMonth, accountNo }) => ({ perMonth, months: 36, paid: accountNo === null ? 'cash' : 'account' }),
    }),
  ],
})
