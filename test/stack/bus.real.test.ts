import { PassThrough } from 'node:stream'
import { createUser, fmtCreds } from '@nats-io/jwt'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { connectBus } from '../../stack/bus.ts'
import { issueCreds, issueUser } from '../../stack/bus-user.ts'
import { freePort } from '../../stack/embedded/free-port.ts'
import { withStack } from '../harness/with-stack.ts'

const own = withStack()
const account = () => own.stack.busAccount!

describe('connectBus', () => {
  test('refuses who has no credentials, at once', async () => {
    const startedMs = performance.now()
    await expect(connectBus({ url: own.stack.urls.nats, name: 'stranger' })).rejects.toMatchObject({
      code: 'BUS_UNREACHABLE',
    })
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  test('refuses credentials that another account signed', async () => {
    const { createAccount } = await import('@nats-io/jwt')
    const other = createAccount()
    const foreign = {
      accountPublicKey: account().accountPublicKey,
      signingSeed: new TextDecoder().decode(other.getSeed()),
    }
    const creds = await issueCreds(foreign, { name: 'forger', permissions: {}, ttlSeconds: 60 })
    await expect(connectBus({ url: own.stack.urls.nats, name: 'forger', creds })).rejects.toMatchObject({
      code: 'BUS_UNREACHABLE',
    })
  })

  test('says where there is no server', async () => {
    const port = await freePort()
    await expect(connectBus({ url: `nats://me:secret@127.0.0.1:${port}`, name: 'lost' })).rejects.toSatisfy(error => {
      const { code, message } = error as { code: string; message: string }
      return code === 'BUS_UNREACHABLE' && message.includes(`127.0.0.1:${port}`) && !message.includes('secret')
    })
  })

  test('warns of a server with known flaws', async () => {
    const lines = new PassThrough()
    const nc = await connectBus({
      url: own.stack.urls.nats,
      name: 'warned',
      creds: own.stack.busCreds!,
      log: pino(lines) as never,
    })
    const old = nc.info!.version.startsWith('2.9.')
    expect(lines.read()?.toString().includes('2.10.27') ?? false).toBe(old)
    await nc.close()
  })

  test('gathers what the client writes: it still has its socket where we take it', async () => {
    const nc = await connectBus({ url: own.stack.urls.nats, name: 'gathered', creds: own.stack.busCreds! })
    const { socket } = (nc as unknown as { protocol: { transport: { socket: object } } }).protocol.transport
    expect(Object.hasOwn(socket, 'write')).toBe(true)
    await nc.close()
  })
})

describe('issueUser', () => {
  test('admits the holder of the key to its own subjects and no others', async () => {
    const key = createUser()
    const { jwt } = await issueUser(account(), {
      name: 'agent-7',
      userPublicKey: key.getPublicKey(),
      permissions: { pub: { allow: ['own.>'] }, sub: { allow: ['own.>', '_INBOX_7.>'] } },
      ttlSeconds: 60,
    })
    const creds = new TextDecoder().decode(fmtCreds(jwt, key))
    const nc = await connectBus({ url: own.stack.urls.nats, name: 'agent-7', creds, inboxPrefix: '_INBOX_7' })
    const heard = nc.subscribe('own.thing', { max: 1 })
    nc.publish('own.thing', 'mine')
    for await (const message of heard) expect(message.string()).toBe('mine')
    const denied = new Promise(resolve => nc.subscribe('other.thing', { callback: error => resolve(error) }))
    expect(await denied).toMatchObject({ name: 'PermissionViolationError' })
    await nc.close()
  })

  test('ends the connection when the time is over', async () => {
    const creds = await issueCreds(account(), { name: 'brief', permissions: {}, ttlSeconds: 2 })
    const nc = await connectBus({ url: own.stack.urls.nats, name: 'brief', creds })
    const events: string[] = []
    for await (const status of nc.status()) {
      events.push(status.type)
      if (status.type === 'disconnect') break
    }
    await nc.close()
    expect(events).toContain('disconnect')
  })
})
