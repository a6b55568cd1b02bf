// Takes its time to end, and then says how many of the processes that its arguments name are there still.
import { setTimeout as sleep } from 'node:timers/promises'
import { announceReady } from '../../../stack/announce-ready.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { isRunning } from '../../harness/is-running.ts'

const others = process.argv.slice(2).map(Number)
onShutdown(async () => {
  await sleep(300)
  process.stdout.write(`ended before ${others.filter(isRunning).length} of ${others.length}\n`)
})
announceReady({})
setInterval(() => {}, 60_000)
