// Starts the embedded servers and one process of ours under the folder named, and tells their process ids.
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../../stack/config.ts'
import { startStack } from '../../../stack/embedded/stack.ts'
import { startProcess } from '../../../stack/process.ts'
import { onShutdown } from '../../../stack/shutdown.ts'

const dir = process.argv[2] as string
const stack = await startStack(readConfig({}), { dir })
onShutdown(() => stack.stop())
const entry = fileURLToPath(new URL('outlived-by.ts', import.meta.url))
const child = await startProcess({ name: 'waiter', entry, args: stack.pids.map(String), dir })
onShutdown(() => child.stop())
process.stdout.write(`${JSON.stringify([...stack.pids, child.pid])}\n`)
setInterval(() => {}, 60_000)
