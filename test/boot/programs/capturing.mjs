import { capture } from '../../../boot/capture.mjs'

/** Captures a program that lets nobody interrupt it, and that writes its process id into the file named. */
const stubborn = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  require('node:fs').writeFileSync(process.argv[1], String(process.pid))
  setTimeout(() => {}, 20_000)
`
await capture(process.execPath, ['-e', stubborn, process.argv[2]])
