import type { EmbeddedServer, StartedServer } from './server-process.ts'

/**
 * Starts a server in such a way that it can be started again where its clients look for it.
 *
 * @param start on the given port, or on one that is free
 */
export async function restartable<Server extends StartedServer>(
  name: string,
  start: (port?: number) => Promise<Server>,
): Promise<Server & EmbeddedServer> {
  let server = await start()
  const port = Number(new URL(server.url).port)
  return {
    ...server,
    name,
    get pid() {
      return server.pid
    },
    stop: () => server.stop(),
    async restart() {
      // Resolves at once when it has ended; two servers on one data folder would be the end of it.
      await server.stop()
      server = await start(port)
    },
  }
}
