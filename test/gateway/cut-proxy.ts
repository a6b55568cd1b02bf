import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CutProxy {
  /** Where it listens: `host:port`. */
  readonly host: string
  /** Ends every connection, and takes none until `mend`. */
  cut(): void
  /** Connections stay, and nothing comes through any more, until `mend`. */
  hang(): void
  mend(): void
  /** Connections taken so far. */
  taken(): number
  stop(): Promise<void>
}

/** Stands in front of a server, whatever is spoken with it, and does what cables do. */
export async function startCutProxy(url: string): Promise<CutProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let state: 'whole' | 'cut' | 'hanging' = 'whole'
  let taken = 0

  const server = createServer(near => {
    if (state === 'cut') return void near.destroy()
    taken += 1
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', chunk => state === 'whole' && to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const end = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      state = 'cut'
      end()
    },
    hang() {
      state = 'hanging'
    },
    mend() {
      state = 'whole'
    },
    taken: () => taken,
    async stop() {
      end()
      server.close()
      await once(server, 'close')
    },
  }
}
