import { announceReady } from '../../stack/announce-ready.ts'
import { runProcess } from '../../stack/run-process.ts'
import { onShutdown } from '../../stack/shutdown.ts'
import { startLookout } from './lookout.ts'

const self = {
  name: 'lookout',
} as const

await runProcess(self, async ({ log, connect }) => {
  const lookout = await startLookout({ nc: await connect(), log })
  onShutdown(() => lookout.stop())
  announceReady({})
  log.info('watching')
})
