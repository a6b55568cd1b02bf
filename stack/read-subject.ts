import type { JetStreamManager, MsgRequest, StoredMsg } from '@nats-io/jetstream'

/**
 * All messages of one subject, oldest first, from after a sequence on. One small request each: what is kept under one subject (a task's log, the
 * life of a message) is some tens of entries, and this needs neither a consumer nor its clean-up.
 */
export async function* readSubject(
  jsm: JetStreamManager,
  stream: string,
  subject: string,
  after = 0,
): AsyncGenerator<StoredMsg> {
  for (let seq = after + 1; ; ) {
    // Servers take it since 2.9; the client's type knows it for direct requests only.
    const message = await jsm.streams.getMessage(stream, { seq, next_by_subj: subject } as MsgRequest)
    if (message === null) return
    yield message
    seq = message.seq + 1
  }
}
