import { randomUUID } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Bulletin, BulletinAnswer } from '../../agents/sdk/bulletin.ts'
import { subjects } from '../../protocol/subjects.ts'
import { readJson } from '../../stack/parse-json.ts'

export interface Announcing {
  /** How many agents are asked: with the answer of the last of them it is over. */
  readonly agents: number
  /** After this it is over as soon as so many attest... */
  readonly usualMs: number
  readonly enough: number
  /** ...and after this anyhow. */
  readonly atMostMs: number
}

/** Announces a hazard to all who attest, and gives what they make of it as they say it. */
export async function* announce(
  nc: NatsConnection,
  bulletin: Bulletin,
  { agents, usualMs, enough, atMostMs }: Announcing,
): AsyncGenerator<BulletinAnswer> {
  const place = subjects.announced(randomUUID())
  const answers = nc.subscribe(subjects.attested(place, '*'), { max: agents })
  let attested = 0
  let isLate = false
  const hurry = () => {
    isLate = true
    if (attested >= enough) answers.unsubscribe()
  }
  const timers = [setTimeout(hurry, usualMs), setTimeout(() => answers.unsubscribe(), atMostMs)]
  nc.publish(subjects.bulletin('hazard'), JSON.stringify(bulletin), { reply: place })
  try {
    for await (const { data } of answers) {
      const answer = readJson(data) as BulletinAnswer | null
      if (!answer) continue
      if (answer.attested) attested++
      yield answer
      if (isLate && attested >= enough) return
    }
  } finally {
    for (const timer of timers) clearTimeout(timer)
    answers.unsubscribe()
  }
}
