import type { Socket } from 'node:net'
import type { NatsConnection } from '@nats-io/nats-core'

/** As far as the client's insides matter here; a client that has others is left as it is. */
interface Inside {
  readonly protocol?: { readonly transport?: { readonly socket?: Socket } }
}

/**
 * Lets a connection send what is written in one turn of the event loop by one call of the system. The client writes once
 * a microtask, so that a process which answers many messages at once would spend a fifth of its time in such calls, and
 * the server as much on its side. Nothing waits longer than the turn takes.
 */
export function gatherWrites(nc: NatsConnection): void {
  gather(socketOf(nc))
  void (async () => {
    for await (const { type } of nc.status()) if (type === 'reconnect') gather(socketOf(nc))
  })()
}

function socketOf(nc: NatsConnection): Socket | undefined {
  return (nc as unknown as Inside).protocol?.transport?.socket
}

function gather(socket: Socket | undefined): void {
  if (!socket?.cork) return
  const write = socket.write
  let corked = false
  const release = () => {
    corked = false
    socket.uncork()
  }
  // As `write` has it: a message, and whom to tell once it is on its way.
  socket.write = ((...message: Parameters<Socket['write']>) => {
    if (!corked) {
      corked = true
      socket.cork()
      setImmediate(release)
    }
    return write.apply(socket, message)
  }) as Socket['write']
}
