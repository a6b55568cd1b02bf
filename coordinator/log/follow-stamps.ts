import type { NatsConnection } from '@nats-io/nats-core'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream, type StreamReader } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { type KnownStamp, readStamp, type Stamp, taskIn } from './stamp.ts'

/** Each task's last stamp as it is now, then every stamp that comes. Without the entries: some 200 bytes a task. */
export function followStamps(
  nc: NatsConnection,
  log: Log,
  take: (stamp: Stamp, sequence: number) => void,
  known: KnownStamp = () => undefined,
): StreamReader {
  return followStream(nc, {
    stream: streams.tasks,
    subject: subjects.task('*'),
    lastOnly: true,
    headersOnly: true,
    take: message => take(known(taskIn(message.subject), message.seq) ?? readStamp(message), message.seq),
    log,
  })
}
