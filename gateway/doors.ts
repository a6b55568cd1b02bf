import type { NatsConnection, Subscription } from '@nats-io/nats-core'
import { z } from 'zod'
import { ChainIntent, messagesAtOnce } from '../protocol/chain-message.ts'
import { subjects } from '../protocol/subjects.ts'
import { type Handle, serve } from '../stack/serve.ts'
import { serveMany } from '../stack/serve-many.ts'
import { TRACEPARENT } from '../stack/trace-id.ts'
import { admit } from './admit.ts'
import { Cancellation, cancel } from './cancel.ts'
import { Completion, complete } from './complete.ts'
import { serveKeys } from './keys/serve-keys.ts'
import type { Pipeline } from './pipeline.ts'
import { reportDifferences } from './reconcile/report.ts'
import { Acceptance, acceptStray } from './reconcile/strays.ts'

/** Everything that others may ask of the gateway; of several gateways one answers. */
export function openDoors(nc: NatsConnection, pipeline: Pipeline): Subscription[] {
  const door = { queue: 'gateway', log: pipeline.log }
  const many = { ...door, most: messagesAtOnce }
  const submit: Handle<ChainIntent> = (intent, subject, headers) =>
    admit(pipeline, tenantOf(subject), intent, headers?.get(TRACEPARENT))
  const done: Handle<Completion> = completion => complete(pipeline, completion)
  return [
    serve(nc, { ...door, subject: subjects.chainSubmit('*'), schema: ChainIntent }, submit),
    serveMany(nc, { ...many, subject: subjects.chainSubmitMany('*'), schema: ChainIntent }, submit),
    serve(nc, { ...door, subject: subjects.chainCancel('*'), schema: Cancellation }, (cancellation, subject) =>
      cancel(pipeline, tenantOf(subject), cancellation),
    ),
    serve(nc, { ...door, subject: subjects.chainDone, schema: Completion }, done),
    serveMany(nc, { ...many, subject: subjects.chainDoneMany, schema: Completion }, done),
    serve(nc, { ...door, subject: subjects.chainInfo, schema: z.unknown() }, async () => pipeline.contracts.info()),
    serve(nc, { ...door, subject: subjects.chainDifferences, schema: z.unknown() }, () => reportDifferences(pipeline)),
    serve(nc, { ...door, subject: subjects.chainAccept, schema: Acceptance }, acceptance =>
      acceptStray(pipeline, acceptance),
    ),
    ...serveKeys(nc, pipeline),
  ]
}

/** Who asks is proven by the subject, which nobody else may publish on. */
function tenantOf(subject: string): string {
  return subject.split('.').at(-1)!
}
