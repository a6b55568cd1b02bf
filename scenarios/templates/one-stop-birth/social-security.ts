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
      version: '1.0.0',
      description: 'Grants an allowance for the first three years.',
      input: z.object({ residentId: z.string(), perMonth: z.int() }),
      output: z.object({ perMonth: z.int(), months: z.int() }),
      price: 1_000_000n,
      run: ({ perMonth }) => ({ perMonth, months: 36 }),
    }),
  ],
})
