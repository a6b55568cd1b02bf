import { expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { manySubtasks } from './many-subtasks.ts'
import { bundleOf } from './simulated-bundle.ts'

it('of hundreds of signatures, recovered beside the other checks, the one that is not its agent’s is named', async () => {
  const bundle: Bundle = JSON.parse(JSON.stringify(await bundleOf(manySubtasks(500))))
  expect(await verifyBundle(bundle)).toMatchObject({ ok: true, findings: [] })

  const results = bundle.events.flatMap(({ event }) => (event.type === 'ResultReceived' ? [event] : []))
  const [one, other] = [results[400]!, results[401]!]
  one.answer.signature = other.answer.signature
  const at = bundle.events.findIndex(({ event }) => event === one)
  const { findings } = await verifyBundle(bundle)
  expect(findings).toContainEqual({
    where: `/events/${at}/event/answer/receipt`,
    what: expect.stringContaining(`the signature of this Receipt is not agent ${one.agentId}'s`),
  })
})
