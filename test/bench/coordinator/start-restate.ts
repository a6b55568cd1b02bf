import { join } from 'node:path'
import { freePort } from '../../../stack/embedded/free-port.ts'
import { startServerProcess } from '../../../stack/embedded/server-process.ts'

/**
 * Starts a Restate server as it is by default, on free ports of the loopback interface.
 *
 * @param folder where the peers' packages are
 */
export async function startRestate(folder: string, dir: string) {
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()]
  const platform = `restate-server-${process.platform}-${process.arch}`
  const server = startServerProcess({
    name: 'restate',
    command: join(folder, 'node_modules', '@restatedev', platform, 'bin', 'restate-server'),
    args: ['--base-dir', dir, '--listen-mode', 'tcp', '--no-logo', '--log-filter', 'warn'],
    env: {
      ...process.env,
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_BIND_PORT: `${node}`,
      RESTATE_INGRESS__BIND_PORT: `${ingress}`,
      RESTATE_ADMIN__BIND_PORT: `${admin}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: '1',
    },
    dir,
    insteadOf: 'nothing: it is a package of the peers',
  })
  const [ingressUrl, adminUrl] = [`http://127.0.0.1:${ingress}`, `http://127.0.0.1:${admin}`]
  const answers = async (url: string) => (await fetch(url).catch(() => null))?.ok || undefined
  await server.until('health of the admin', () => answers(`${adminUrl}/health`))
  await server.until('health of the ingress', () => answers(`${ingressUrl}/restate/health`))
  return { ingressUrl, adminUrl, stop: server.stop }
}
