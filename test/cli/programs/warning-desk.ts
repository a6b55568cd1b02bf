import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

export default agent({
  name: 'warning-desk',
  description: 'Words what the harbour is told',
  skills: [
    skill({
      name: 'word-warning',
      version: '1.0.0',
      description: 'Words a warning of high water for the harbour.',
      input: z.object({ levels: z.array(z.number()), above: z.number() }),
      output: z.object({ text: z.string() }),
      price: 1_000_000n,
      run: ({ levels, above }) => ({
        text: `${levels.filter(level => level > above).length} hours above ${above} m`,
      }),
    }),
  ],
})
