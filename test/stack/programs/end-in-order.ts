// Registers two slow steps, then ends in the way named: by waiting for a signal, by an error, by its own will, or with whoever reads it.
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithReader, onShutdown, shutDown } from '../../../stack/shutdown.ts'

for (const name of ['first', 'second']) {
  onShutdown(async () => {
    await sleep(150)
    process.stdout.write(`${name}\n`)
  })
}
onShutdown(() => {
  throw new Error('a step that fails')
})
process.stdout.write('ready\n')
const way = process.argv[2]
if (way === 'throw') setTimeout(() => Promise.reject(new Error('nobody caught this')), 1)
if (way === 'hang') onShutdown(() => new Promise(() => {}))
if (way === 'talk') {
  endWithReader()
  setInterval(() => process.stdout.write('more\n'), 10)
}
if (way === 'leave') await shutDown(7)
setInterval(() => {}, 60_000)
