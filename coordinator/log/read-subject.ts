import { JetStreamApiError, type JetStreamManager, type MsgRequest, type StoredMsg } from '@nats-io/jetstream'

/** JetStream: no message found. */
const notFound = 10037

/**
 * All messages of one subject, oldest first. One small request each: a task's log is some tens of entries, and this
 * needs neither a consumer nor its clean-up.
 */
export async function* readSubject(jsm: JetStreamManager, stream: string, subject: string): AsyncGenerator<StoredMsg> {
  for (let seq = 1; ; ) {
    const message = await nextOf(jsm, stream, subject, seq)
    if (!message) return
    yield message
    seq = message.seq + 1
  }
}

async function nextOf(jsm: JetStreamManager, stream: string, subject: string, seq: number): Promise<StoredMsg | null> {
  try {
    // The server's API takes this form for any stream; the client types it for direct reads only.
    return await jsm.streams.getMessage(stream, { seq, next_by_subj: subject } as MsgRequest)
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === notFound) return null
    throw error
  }
}
