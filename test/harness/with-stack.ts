import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll } from 'vitest'
import { connectBus } from '../../stack/bus.ts'
import { type Config, readConfig } from '../../stack/config.ts'
import { type Stack, startStack } from '../../stack/embedded/stack.ts'
import { scratchDir } from './scratch-dir.ts'

export type TestStack = {
  /** Real servers, up when the first test begins. */
  readonly stack: Stack
  /** What the servers were started with. */
  readonly config: Config
  /** Their data folder. */
  readonly dir: string
  /** A connection with every right, closed after the last test. */
  connect(name: string): Promise<NatsConnection>
}

/**
 * Gives a test file embedded servers of its own: started before its first test, stopped after its last.
 *
 * @param env configuration variables; nothing is taken from the environment of the run
 */
export function withStack(env: Record<string, string> = {}): TestStack {
  const config = readConfig({ BLOCK_TIME_S: '0.1', ...env })
  const connections: NatsConnection[] = []
  let dir = ''
  let stack: Stack | undefined
  beforeAll(async () => {
    dir = scratchDir('stack')
    stack = await startStack(config, { dir })
  })
  afterAll(async () => {
    await Promise.all(connections.map(nc => nc.close()))
    await stack?.stop()
  })
  const running = (): Stack => {
    if (stack === undefined) throw new Error('the stack runs in tests and hooks only')
    return stack
  }
  return {
    config,
    get stack() {
      return running()
    },
    get dir() {
      return dir
    },
    async connect(name) {
      const { urls, busCreds } = running()
      const nc = await connectBus({ url: urls.nats, name, ...(busCreds === undefined ? {} : { creds: busCreds }) })
      connections.push(nc)
      return nc
    },
  }
}
