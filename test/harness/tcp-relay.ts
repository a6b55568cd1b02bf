import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpRelay = {
  /** Where clients connect to. */
  readonly port: number
  /** Ends all connections. */
  drop(): void
  /** From now on says nothing to the clients that are connected. */
  hush(): void
  /** Ends all connections as soon as a client has sent this text. */
  dropAt(text: string): void
  close(): Promise<void>
}

/** Stands between clients and a local server, on the port that is given or one that is free, and cuts them off when it is told to. */
export async function startTcpRelay(serverPort: number, ownPort = 0): Promise<TcpRelay> {
  const open = new Set<Socket>()
  let cue: string | undefined
  const drop = () => {
    for (const socket of open) socket.destroy()
  }
  const server = createServer(client => {
    const upstream = connect(serverPort, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    client.on('data', data => {
      if (cue !== undefined && data.includes(cue)) {
        cue = undefined
        return drop()
      }
      upstream.write(data)
    })
    upstream.pipe(client)
  })
  await new Promise<void>(resolve => server.listen(ownPort, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    drop,
    hush() {
      for (const socket of open) socket.unpipe()
    },
    dropAt(text) {
      cue = text
    },
    async close() {
      drop()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
