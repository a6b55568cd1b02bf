import { createHash } from 'node:crypto'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { isResidentId, residentId } from './resident-id.ts'

const Identity = z.object({ name: z.string(), residentId: z.string(), areaCode: z.string() })

export default agent({
  name: 'police',
  description: 'Keeps the register of residents.',
  skills: [
    skill({
      name: 'check-identity',
      version: '1.0.0',
      description: "Checks a resident's number.",
      input: z.object({ name: z.string(), residentId: z.string() }),
      output: Identity,
      price: 1_000_000n,
      run({ name, residentId: id }) {
        if (!isResidentId(id)) throw new Error(`${id} is no resident's number: its check character is wrong`)
        return { name, residentId: id, areaCode: id.slice(0, 6) }
      },
    }),
    skill({
      name: 'register-resident',
      version: '1.0.0',
      description: "Enters a child in its first parent's household, and gives it a number.",
      input: z.object({
        child: z.object({ name: z.string(), sex: z.enum(['female', 'male']), bornOn: z.iso.date() }),
        parents: z.array(Identity).min(1),
        late: z.boolean(),
      }),
      output: z.object({
        residentId: z.string().meta({ class: 'restricted' }),
        areaCode: z.string(),
        late: z.boolean(),
      }),
      price: 2_000_000n,
      run({ child, parents, late }, { taskId }) {
        const { areaCode } = parents[0]!
        // The same task gets the same number, however often it is tried.
        const drawn = createHash('sha256').update(taskId).digest().readUInt16BE() % 499
        const sequence = 2 * drawn + (child.sex === 'male' ? 1 : 2)
        return { residentId: residentId(areaCode, child.bornOn, sequence), areaCode, late }
      },
    }),
  ],
})
