import vm from 'node:vm'
import type { Report } from '../../evidence/report.ts'
import type { Message } from '../../verifier/message.ts'

/** The script of the page that verifies, as it lies in the HTML. */
export function workerOf(page: string): string {
  const [, worker] = page.match(/<script type="text\/plain" id="worker">([\s\S]*?)<\/script>/) ?? []
  if (worker === undefined) throw new Error('the page has no script that verifies')
  return worker
}

/**
 * Runs the script where there is nothing but what browsers give to every worker: no `process`, no `require`, no `Buffer`.
 * Hands it texts as files, and returns what it says of each.
 */
export function startWorker(script: string) {
  const said: Message[] = []
  const { atob, btoa, console, crypto, performance, queueMicrotask, setTimeout, clearTimeout } = globalThis
  const given = { atob, btoa, console, crypto, performance, queueMicrotask, setTimeout, clearTimeout }
  const { TextDecoder, TextEncoder, URL, structuredClone } = globalThis
  const sandbox = {
    ...given,
    TextDecoder,
    TextEncoder,
    URL,
    structuredClone,
    postMessage: (message: Message) => said.push(message),
  }
  const context: vm.Context & { onmessage?: (message: { data: object }) => Promise<void> } = vm.createContext(sandbox)
  vm.runInContext('globalThis.self = globalThis', context)
  vm.runInContext(script, context)
  return async (text: string): Promise<Message[]> => {
    said.length = 0
    await context.onmessage!({ data: { text: async () => text } })
    // Of another realm: its objects are copied, so that they compare as ours.
    return JSON.parse(JSON.stringify(said))
  }
}

export function reportIn(said: readonly Message[]): Report {
  const last = said.at(-1)
  if (last?.kind !== 'verified') throw new Error(`it said ${JSON.stringify(last)}`)
  return last.report
}
