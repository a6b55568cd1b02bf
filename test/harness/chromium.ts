import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { scratchDir } from './scratch-dir.ts'

/** Debian's Chromium; null where it is not installed. */
export const chromiumFile: string | null = findChromium()

function findChromium(): string | null {
  try {
    accessSync('/usr/bin/chromium', constants.X_OK)
    return '/usr/bin/chromium'
  } catch {
    return null
  }
}

const flags = [
  '--headless',
  // Tests may run as root, in containers with little shared memory.
  ...['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  ...['--no-first-run', '--disable-breakpad', '--disable-background-networking', '--disable-component-update'],
  // Messages in JSON, each ended by a zero byte, on descriptors 3 and 4; the browser ends when they close.
  '--remote-debugging-pipe',
]

type Answer = {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** A tab of a browser, driven by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol). */
export class Tab {
  readonly #browser: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #session: string | undefined
  #sent = 0

  private constructor(browser: ChildProcess) {
    this.#browser = browser
    let rest = ''
    const from = browser.stdio[4] as Readable
    from.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0')
      rest = parts.pop()!
      for (const part of parts) this.#hear(JSON.parse(part))
    })
  }

  static async open(url: string): Promise<Tab> {
    const args = [...flags, `--user-data-dir=${scratchDir('chromium')}`, 'about:blank']
    const tab = new Tab(spawn(chromiumFile!, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] }))
    const { targetId } = await tab.send('Target.createTarget', { url })
    const { sessionId } = await tab.send('Target.attachToTarget', { targetId, flatten: true })
    tab.#session = sessionId as string
    return tab
  }

  /** One command of the protocol. */
  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#sent
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) }
    ;(this.#browser.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`)
    const { result, error } = await new Promise<Answer>(resolve => this.#waiting.set(id, resolve))
    if (error) throw new Error(`${method}: ${error.message}`)
    return result!
  }

  /** The value of an expression on the page. */
  async read(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    const { result, exceptionDetails } = answer as { result: { value: unknown }; exceptionDetails?: { text: string } }
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`)
    return result.value
  }

  /** Waits until an expression is true. */
  async until(expression: string): Promise<void> {
    while (!(await this.read(expression))) await sleep(50)
  }

  /** Gives a file to an input, as a person chooses it. */
  async chooseFile(selector: string, file: string): Promise<void> {
    const { root } = (await this.send('DOM.getDocument')) as { root: { nodeId: number } }
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    await this.send('DOM.setFileInputFiles', { nodeId, files: [file] })
  }

  async close(): Promise<void> {
    const ended = once(this.#browser, 'exit')
    this.#session = undefined
    await this.send('Browser.close')
    await ended
  }

  #hear(answer: Answer): void {
    if (answer.id === undefined) return
    this.#waiting.get(answer.id)?.(answer)
    this.#waiting.delete(answer.id)
  }
}
