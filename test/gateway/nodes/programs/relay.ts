import { startFaultProxy } from '../../fault-proxy.ts'

// Stands for a node in a process of its own, which can be stopped.
const [url] = process.argv.slice(2) as [string]
const { url: own } = await startFaultProxy(url)
process.stdout.write(`${own}\n`)
