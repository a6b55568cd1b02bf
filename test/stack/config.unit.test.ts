import { describe, expect, test } from 'vitest'
import { EntenteError } from '../../protocol/errors.ts'
import { type Config, readConfig } from '../../stack/config.ts'

const messageOf = (env: Record<string, string>, needed: (keyof Config)[] = []): string => {
  try {
    readConfig(env, needed)
  } catch (error) {
    expect(error).toBeInstanceOf(EntenteError)
    expect((error as EntenteError).code).toBe('CONFIG_INVALID')
    return (error as EntenteError).message
  }
  throw new Error('it was accepted')
}

describe('readConfig', () => {
  test('needs nothing, and takes an empty variable for an absent one', () => {
    const config = readConfig({ NATS_URL: '', HOME: '/root' })
    expect(config).toMatchObject({ ENTENTE_DATA: '.entente', ENTENTE_PORT: 0, BLOCK_TIME_S: 0.25, LOG_LEVEL: 'info' })
    expect(config.NATS_URL).toBeUndefined()
    expect(config).not.toHaveProperty('HOME')
  })

  test.each([
    ['NATS_URL', 'http://localhost', 'a URL that begins with nats://'],
    ['REDIS_URL', 'localhost:6379', 'a URL that begins with redis://'],
    ['DATABASE_URL', 'mysql://localhost/x', 'a URL that begins with postgres://'],
    ['ETH_RPC_URL', 'ws://localhost', 'a URL that begins with http://'],
    ['CONTRACT_REGISTRY', '0x12', 'an address'],
    ['ENTENTE_PORT', '65536', 'a whole number from 0 to 65535'],
    ['ENTENTE_PORT', '80.5', 'a whole number'],
    ['ENTENTE_PORT', ' ', 'a whole number'],
    ['BLOCK_TIME_S', '0', 'seconds from 0.1 to 60'],
    ['ENTENTE_ANCHOR_ITEMS', '0', 'a whole number from 1 to 1000000'],
    ['ENTENTE_ANCHOR_SECONDS', '4000', 'seconds from 0.05 to 3600'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['NATS_ACCOUNT', 'UABC', 'the public key of an account'],
  ])('names %s, what it got (%s) and what it takes', (name, value, takes) => {
    const message = messageOf({ [name]: value })
    expect(message).toContain(name)
    expect(message).toContain(JSON.stringify(value))
    expect(message).toContain(takes)
  })

  test('tells every wrong variable at once', () => {
    const message = messageOf({ ENTENTE_PORT: 'x', LOG_LEVEL: 'y' })
    expect(message.split('\n')).toHaveLength(2)
  })

  test('...and with them every one that is needed and not set', () => {
    const message = messageOf({ ENTENTE_PORT: 'x', ENTENTE_KEY: '' }, ['NATS_URL', 'ENTENTE_KEY'])
    expect(message).toMatch(
      /^NATS_URL is not set, but needed\nENTENTE_KEY is not set, but needed\nENTENTE_PORT is "x", but takes/,
    )
  })

  test('shows no secret', () => {
    const message = messageOf({ DATABASE_URL: 'mysql://me:hunter2@db/x' })
    expect(message).toContain('//***@db')
    expect(message).not.toContain('hunter2')
  })

  test('refuses an unknown variable of ours, with the nearest name', () => {
    expect(messageOf({ ENTENTE_PROT: '1' })).toBe('ENTENTE_PROT is not a variable of ours; did you mean ENTENTE_PORT?')
  })
})
