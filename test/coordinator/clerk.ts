import { z } from 'zod'
import { type AgentDefinition, agent, skill } from '../../agents/sdk/define.ts'

/** An agent whose only skill has its own name, takes anything, and answers with no text once `run` is done. */
export function clerk(name: string, run: () => Promise<void> = async () => {}): AgentDefinition {
  return agent({
    name,
    description: 'For a test.',
    skills: [
      skill({
        name,
        version: '1.0.0',
        description: 'For a test.',
        input: z.object({}).loose(),
        output: z.object({ text: z.string() }),
        price: 1n,
        async run() {
          await run()
          return { text: '' }
        },
      }),
    ],
  })
}
