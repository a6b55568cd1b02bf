import { announceReady } from '../../../stack/announce-ready.ts'
import { runProcess } from '../../../stack/run-process.ts'

/** Answers every question with as many bytes as its first four say: what the bus can do between two processes. */
await runProcess({ name: 'echo' }, async ({ connect }) => {
  const nc = await connect()
  const answers = new Map<number, Uint8Array>()
  nc.subscribe('bench.echo', {
    callback: (_, message) => {
      const size = Buffer.from(message.data).readUInt32BE()
      const answer = answers.get(size) ?? Buffer.alloc(size, 120)
      answers.set(size, answer)
      message.respond(answer)
    },
  })
  await nc.flush()
  announceReady({})
})
