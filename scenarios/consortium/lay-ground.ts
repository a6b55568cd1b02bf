import { join } from 'node:path'
import { connectBus } from '../../stack/bus.ts'
import { startStack } from '../../stack/embedded/stack.ts'
import { keepKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { deriveAccounts } from './accounts.ts'
import type { ConsortiumOptions, Later } from './consortium-options.ts'
import { keepSecret, type Member, type Place, type Role, startMember } from './start-processes.ts'

/** Servers, everyone's keys, and a connection to the bus. */
export async function layGround(
  { config, cast, dir, onStep, onDeath, lasting = true }: ConsortiumOptions,
  later: Later,
) {
  onStep('starting the servers')
  const stack = await startStack(config, { dir, onDeath, lasting })
  later(() => stack.stop())
  const domains = cast.map(({ domainId }) => domainId)
  const accounts = deriveAccounts(config, stack.chainAccounts, domains)
  const coordinatorKey = keepKeyFile(join(dir, 'keys', 'coordinator.json'))
  const approver = keepKeyFile(join(dir, 'keys', 'approver.json'))
  const log = openLog('consortium', config, join(dir, 'logs', 'consortium.log'))
  const creds = stack.busCreds ? { creds: stack.busCreds } : {}
  const nc = await connectBus({ url: stack.urls.nats, name: 'consortium', log, ...creds })
  later(() => nc.close())
  const busEnv = stack.busCreds ? { NATS_CREDS: keepSecret(dir, 'bus.creds', stack.busCreds) } : {}
  const place: Place = { dir, env: { NATS_URL: stack.urls.nats, LOG_LEVEL: config.LOG_LEVEL, ...busEnv }, onDeath }
  const members: Member[] = []
  /** Starts one of our programs, and sees to it that it is stopped. */
  const start = async <Ready>(role: Role, env: Readonly<Record<string, string>>) => {
    const member = await startMember<Ready>(role, role, place, env)
    later(() => member.stop())
    members.push(member)
    return member
  }
  return { stack, accounts, coordinatorKey, approver, log, nc, place, members, start }
}

export type Ground = Awaited<ReturnType<typeof layGround>>
