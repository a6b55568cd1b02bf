// Is ready at once, tells its environment, answers messages with themselves, and stays until it is asked to end.
import { announceReady } from '../../../stack/announce-ready.ts'
import { onShutdown } from '../../../stack/shutdown.ts'

onShutdown(() => {
  process.stdout.write('ended in order\n')
})
announceReady({ args: process.argv.slice(2), env: Object.keys(process.env) })
process.send?.({ said: 'and then' })
setInterval(() => {}, 60_000)
