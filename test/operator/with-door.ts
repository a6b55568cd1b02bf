import type { NatsConnection } from '@nats-io/nats-core'
import { afterEach, beforeAll } from 'vitest'
import type { Json } from '../../protocol/canonical.ts'
import type { Reply } from '../../protocol/commands.ts'
import { signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'
import { subjects } from '../../protocol/subjects.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { operatorKey, withApi } from './with-api.ts'

const chain = { chainId: 31337, contractRegistry: `0x${'cc'.repeat(20)}`, contracts: {} } as const
export const domain = signingDomain(chain.chainId, chain.contractRegistry)
export const requesterKey: Hex = `0x${'22'.repeat(32)}`
export const operator = addressOf(operatorKey)
/** A task with an approval open. */
export const waiting = taskIdOf('waiting')

export const done = (value: Json): Reply => ({ ok: true, value })

/** The API, and whoever stands at the coordinator's door for a test: what the API sends must satisfy who answers there. */
export function withDoor() {
  const api = withApi()
  const answers: (() => void)[] = []

  beforeAll(async () => {
    await new Publisher(api.nc).entries(historyOf('waiting').slice(0, 9))
    await api.caughtUp()
    respond(api.nc, subjects.chainInfo, () => done(chain))
  })

  afterEach(() => {
    for (const stop of answers.splice(0)) stop()
  })

  function coordinator(name: Parameters<typeof subjects.command>[0], answer: (command: unknown) => Reply): void {
    answers.push(respond(api.nc, subjects.command(name), answer))
  }

  return { api, coordinator }
}

function respond(nc: NatsConnection, subject: string, answer: (command: unknown) => Reply): () => void {
  const subscription = nc.subscribe(subject, {
    callback: (_error, message) => {
      const command = message.data.length > 0 ? message.json() : undefined
      message.respond(JSON.stringify(answer(command)))
    },
  })
  return () => subscription.unsubscribe()
}
