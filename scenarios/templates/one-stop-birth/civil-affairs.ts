import { createHash } from 'node:crypto'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

export default agent({
  name: 'civil-affairs',
  description: 'Keeps the records of families.',
  skills: [
    skill({
      name: 'record-family',
      version: '1.0.0',
      description: "Adds a child to its parents' record.",
      input: z.object({ residentId: z.string(), parents: z.array(z.string()).min(1) }),
      output: z.object({ familyNo: z.string(), members: z.int() }),
      price: 1_000_000n,
      run({ residentId, parents }) {
        const digest = createHash('sha256')
          .update([...parents].sort().join('/'))
          .digest('hex')
        return { familyNo: `F${digest.slice(0, 10).toUpperCase()}`, members: new Set([...parents, residentId]).size }
      },
    }),
  ],
})
