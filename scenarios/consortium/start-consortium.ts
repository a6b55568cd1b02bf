import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import { deploy } from '../../contracts/deploy.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { EntenteError } from '../../protocol/errors.ts'
import { regulatorTenant } from '../../protocol/freeze.ts'
import { issueEnrolCreds, serveCredentials } from '../../registry/credentials.ts'
import type { DirectoryAgent } from '../../registry/directory.ts'
import { type FollowedDirectory, followDirectory } from '../../registry/follow-directory.ts'
import { provision } from '../../registry/provision.ts'
import { connectBus } from '../../stack/bus.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { type Config, gatewayNames, limitNames } from '../../stack/config.ts'
import { keepNatsTrust } from '../../stack/embedded/nats-trust.ts'
import { type Stack, startStack } from '../../stack/embedded/stack.ts'
import { type KeyFile, keepKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { type Accounts, deriveAccounts } from './accounts.ts'
import type { CastDomain } from './cast.ts'
import { employ, modelOf, planDomains, startAgent } from './employ.ts'
import { keepSecret, type Member, type Place, type Role, startMember } from './start-processes.ts'
import { startSettlement } from './start-settlement.ts'

export interface ConsortiumOptions {
  readonly config: Config
  readonly cast: readonly CastDomain[]
  /** Where servers keep their data, keys lie, and logs go. */
  readonly dir: string
  /** What is being done, in a few words. */
  readonly onStep: (text: string) => void
  /** Of those who look on: no task waits for them. All are started where none is named. */
  readonly leftOut?: readonly Onlooker[]
  /** Called when a server or a process of ours ends by itself. */
  readonly onDeath: (death: EntenteError) => void
}

/** A process that reads what the others do, and has no part in it. */
export type Onlooker = 'lookout' | 'operator'

/** A process that runs, and can be ended. */
type Running = Member & { stop(): Promise<void> }

/** A consortium that is up: servers, contracts, gateway, coordinator, lookout, operator, and every agent of its cast. */
export interface Consortium {
  readonly nc: NatsConnection
  readonly stack: Stack
  readonly chain: ChainInfo
  readonly directory: FollowedDirectory
  readonly accounts: Accounts
  /** Answers approvals; no account on chain. */
  readonly approver: KeyFile
  /** In the order of the cast. */
  readonly agents: readonly DirectoryAgent[]
  /** Empty where the operator is left out. */
  readonly operatorUrl: string
  readonly coordinator: Running
  /** Starts another coordinator, beside the others or after one was ended. */
  startCoordinator(): Promise<Running>
  /** Every process of ours, in the order in which they were started. */
  readonly members: readonly Member[]
  stop(): Promise<void>
}

/** Brings a consortium up from nothing, or finds what is there of it: every step can be repeated. */
export async function startConsortium(options: ConsortiumOptions): Promise<Consortium> {
  const stopping: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of stopping.splice(0).reverse()) await step().catch(() => {})
  }
  try {
    return { ...(await bringUp(options, step => stopping.push(step))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Later = (step: () => Promise<unknown>) => void

async function bringUp(options: ConsortiumOptions, later: Later) {
  const ground = await layGround(options, later)
  const core = await startCore(options, ground, later)
  return { ...ground, ...core, ...(await startCrew(options, ground, core, later)) }
}

/** Servers, everyone's keys, and a connection to the bus. */
async function layGround({ config, cast, dir, onStep, onDeath }: ConsortiumOptions, later: Later) {
  onStep('starting the servers')
  const stack = await startStack(config, { dir, onDeath })
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

type Ground = Awaited<ReturnType<typeof layGround>>

/** Contracts on the chain, the gateway to it, and the directory of what it says. */
async function startCore(
  { config, cast, dir, onStep }: ConsortiumOptions,
  { stack, accounts, coordinatorKey, nc, log, start }: Ground,
  later: Later,
) {
  onStep('deploying the contracts')
  const { governor, treasury, regulator } = accounts
  const [{ registry }, employees] = await Promise.all([
    deploy({
      rpcUrl: stack.urls.chain,
      deployerKey: governor.privateKey,
      governor: governor.address,
      settler: coordinatorKey.address,
      directSettler: coordinatorKey.address,
      logKeeper: coordinatorKey.address,
      compliance: regulator.address,
      treasury: treasury.address,
    }),
    employ(cast, dir),
    ensureStreams(nc, { replicas: config.NATS_REPLICAS }),
  ])
  await start('gateway', {
    ETH_RPC_URL: config.ETH_RPC_URL ?? stack.urls.chain,
    CONTRACT_REGISTRY: registry,
    FINALITY_BLOCKS: `${config.FINALITY_BLOCKS}`,
    ...given(config, gatewayNames),
    REDIS_URL: stack.urls.redis,
    ENTENTE_KEYS: keepSecret(dir, 'gateway.json', JSON.stringify(signersOf(accounts, config))),
  })
  const [chain, directory] = await Promise.all([askChainInfo(nc), followDirectory({ nc, log })])
  later(() => directory.stop())
  return { chain, directory, employees }
}

type Core = Awaited<ReturnType<typeof startCore>>

/** Everybody who works here: registered on chain, and started. */
async function startCrew(
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

/** What of these variables was said, or is usual. */
function given(config: Config, names: readonly (keyof Config)[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(name => (config[name] === undefined ? [] : [[name, `${config[name]}`]])))
}

function raterEnv(config: Config, rpcUrl: string): Record<string, string> {
  const { ENTENTE_RATE_COUNT: count, ENTENTE_RATE_SECONDS: seconds } = config
  return { ETH_RPC_URL: rpcUrl, ENTENTE_RATE_COUNT: `${count}`, ENTENTE_RATE_SECONDS: `${seconds}` }
}

function signersOf(accounts: Accounts, { ENTENTE_SETTLEMENT }: Config): Record<string, string> {
  const { relayer, governor, regulator, admins, settler, tower } = accounts
  const ofBatches = ENTENTE_SETTLEMENT === 'batch' ? Object.entries({ settler, tower }) : []
  return Object.fromEntries([
    ...ofBatches.map(([name, { privateKey }]) => [name, privateKey]),
    ['relayer', relayer.privateKey],
    ['governor', governor.privateKey],
    [regulatorTenant, regulator.privateKey],
    ...[...admins].map(([domainId, { privateKey }]) => [domainId, privateKey]),
  ])
}

/** On a bus without accounts anything is accepted: credentials are issued all the same, and keep nobody out there. */
async function ownAccount(dir: string) {
  const { account, signingSeed } = await keepNatsTrust(dir)
  return { accountPublicKey: account.publicKey, signingSeed }
}
