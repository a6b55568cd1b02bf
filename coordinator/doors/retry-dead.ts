import { RetryDead } from '../../protocol/dead-letter.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readDeadLetter } from '../../stack/dead-letters.ts'
import { serve } from '../../stack/serve.ts'
import type { Take } from '../consume.ts'
import type { World } from '../react/context.ts'

/**
 * Tries a dead letter again: work goes back into its agent's queue, what a door gave up goes through that door, from the
 * letter itself, so that nothing is written twice into a stream whose order means something. A letter is gone once that
 * succeeded.
 */
export function retryDeadDoor(world: World, doors: ReadonlyMap<string, Take>) {
  const { nc, js, jsm, log } = world
  const service = { subject: subjects.command('retry-dead'), queue: 'coordinator', schema: RetryDead, log }
  return serve(nc, service, async ({ sequence }) => {
    const { stream, consumer, subject, payload } = await readDeadLetter(jsm, sequence)
    const data = Buffer.from(payload, 'base64')
    if (stream === streams.work) await js.publish(subject, data, { msgID: `dead/${sequence}` })
    else {
      const take = doors.get(`${stream}/${consumer}`)
      if (!take) throw new EntenteError('DEAD_LETTER_UNKNOWN', `no door takes what ${consumer} gave up of ${stream}`)
      await take({ subject, data })
    }
    await jsm.streams.deleteMessage(streams.dead, sequence)
    return { sequence }
  })
}
