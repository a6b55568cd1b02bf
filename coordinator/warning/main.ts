import { announceReady } from '../../stack/announce-ready.ts'
import { runMain } from '../../stack/run-main.ts'
import { onShutdown } from '../../stack/shutdown.ts'
import { startLookout } from './lookout.ts'

const self = {
  name: 'lookout',
  does: 'Raises and clears alerts.',
} as const

await runMain(import.meta, self, async ({ log, connect }) => {
  const lookout = await startLookout({ nc: await connect(), log })
  onShutdown(() => lookout.stop())
  announceReady({})
  log.info('watching')
})
