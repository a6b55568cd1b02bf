import { issueEnrolCreds, serveCredentials } from '../../registry/credentials.ts'
import { provision } from '../../registry/provision.ts'
import { type Config, limitNames } from '../../stack/config.ts'
import { keepNatsTrust } from '../../stack/embedded/nats-trust.ts'
import type { ConsortiumOptions, Later, Onlooker } from './consortium-options.ts'
import { modelOf, planDomains, startAgent } from './employ.ts'
import { given } from './given.ts'
import type { Ground } from './lay-ground.ts'
import type { Core } from './start-core.ts'
import { keepSecret, type Running } from './start-processes.ts'
import { startSettlement } from './start-settlement.ts'

/** Everybody who works here: registered on chain, and started. */
export async function startCrew(
  { config, cast, dir, onStep, leftOut = [] }: ConsortiumOptions,
  { stack, accounts, coordinatorKey, approver, nc, log, place, members, start }: Ground,
  { chain, directory, employees }: Core,
  later: Later,
) {
  onStep('registering domains and agents')
  const governor = accounts.governor.address
  const startCoordinator = () =>
    start('coordinator', {
      ENTENTE_KEY: coordinatorKey.path,
      ENTENTE_SETTLEMENT: config.ENTENTE_SETTLEMENT,
      REDIS_URL: stack.urls.redis,
      ...given(config, limitNames),
      ...modelOf(config),
    })
  const startOnlooker = async <Ready>(role: Onlooker, env: Readonly<Record<string, string>>) =>
    leftOut.includes(role) ? null : start<Ready>(role, env)
  const rpcUrl = config.ETH_RPC_URL ?? stack.urls.chain
  const settling = { nc, chain, accounts, config, rpcUrl, keeperKey: coordinatorKey.path, start }
  const [agents, coordinator, , operator] = await Promise.all([
    provision({ nc, directory, chain, governor }, planDomains(cast, employees, accounts, chain)),
    startCoordinator(),
    startOnlooker('lookout', {}),
    startOnlooker<{ url: string }>('operator', {
      ENTENTE_KEY: approver.path,
      ENTENTE_DATA: dir,
      ENTENTE_PORT: `${config.ENTENTE_PORT}`,
      ETH_RPC_URL: rpcUrl,
      REDIS_URL: stack.urls.redis,
      ...(config.DATABASE_URL ? { DATABASE_URL: config.DATABASE_URL } : {}),
    }),
    config.ENTENTE_SETTLEMENT === 'batch' ? startSettlement(settling) : null,
    config.ENTENTE_RATINGS === 'chain' ? start('rater', raterEnv(config, rpcUrl)) : null,
  ])
  onStep('starting the agents')
  const account = stack.busAccount ?? (await ownAccount(dir))
  const credentials = serveCredentials({ nc, directory, account, chain, log })
  later(() => credentials.stop())
  const enrol = keepSecret(dir, 'enrol.creds', await issueEnrolCreds(account))
  const env = { NATS_CREDS: enrol, CONTRACT_REGISTRY: chain.contractRegistry, ...modelOf(config) }
  const started: Running[] = []
  later(() => Promise.all(started.map(member => member.stop())))
  const starting = employees.map(async (employee, index) => {
    started.push(await startAgent(employee, agents[index]!.agentId, place, env))
  })
  await Promise.all(starting)
  members.push(...started)
  return { agents, coordinator, startCoordinator, operatorUrl: operator?.ready.url ?? '' }
}

function raterEnv(config: Config, rpcUrl: string): Record<string, string> {
  const { ENTENTE_RATE_COUNT: count, ENTENTE_RATE_SECONDS: seconds } = config
  return { ETH_RPC_URL: rpcUrl, ENTENTE_RATE_COUNT: `${count}`, ENTENTE_RATE_SECONDS: `${seconds}` }
}

/** On a bus without accounts anything is accepted: credentials are issued all the same, and keep nobody out there. */
async function ownAccount(dir: string) {
  const { account, signingSeed } = await keepNatsTrust(dir)
  return { accountPublicKey: account.publicKey, signingSeed }
}
