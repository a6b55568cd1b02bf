import { announceReady } from '../../stack/announce-ready.ts'
import { runProcess } from '../../stack/run-process.ts'
import { onShutdown } from '../../stack/shutdown.ts'
import { startLookout } from './lookout.ts'

/** A lookout as a process of its own: `NATS_URL`, `NATS_CREDS`. */
await runProcess('lookout', async ({ log, connect }) => {
  const lookout = await startLookout({ nc: await connect(), log })
  onShutdown(() => lookout.stop())
  announceReady({})
  log.info('watching')
})
