import { randomUUID } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Bulletin, BulletinAnswer } from '../../agents/sdk/bulletin.ts'
import { subjects } from '../../protocol/subjects.ts'
import { readJson } from '../../stack/parse-json.ts'

export interface Announcing {
  /** How many agents are to answer: with the last of them the wait is over... */
  readonly answers: number
  /** ...or after this. */
  readonly withinMs: number
}

/** Announces a hazard to all who attest, and gathers what they make of it. */
export async function announce(
  nc: NatsConnection,
  bulletin: Bulletin,
  { answers, withinMs }: Announcing,
): Promise<BulletinAnswer[]> {
  const id = randomUUID()
  const heard: BulletinAnswer[] = []
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const subscription = nc.subscribe(subjects.attested(id, '*'), {
    callback(_, { data }) {
      const answer = readJson(data) as BulletinAnswer | null
      if (answer) heard.push(answer)
      if (heard.length >= answers) resolve()
    },
  })
  const timer = setTimeout(resolve, withinMs)
  nc.publish(subjects.bulletin('hazard'), JSON.stringify(bulletin), { reply: subjects.announced(id) })
  await over
  clearTimeout(timer)
  subscription.unsubscribe()
  return heard
}
