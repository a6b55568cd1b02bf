import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { cardOf } from '../../agents/sdk/card.ts'
import type { AgentDefinition } from '../../agents/sdk/define.ts'
import { deploy } from '../../contracts/deploy.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { EntenteError } from '../../protocol/errors.ts'
import { issueEnrolCreds, serveCredentials } from '../../registry/credentials.ts'
import type { DirectoryAgent } from '../../registry/directory.ts'
import { type FollowedDirectory, followDirectory } from '../../registry/follow-directory.ts'
import { type DomainPlan, provision } from '../../registry/provision.ts'
import { signWalletConsent } from '../../registry/wallet-consent.ts'
import { connectBus } from '../../stack/bus.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import type { Config } from '../../stack/config.ts'
import { keepNatsTrust } from '../../stack/embedded/nats-trust.ts'
import { type Stack, startStack } from '../../stack/embedded/stack.ts'
import { type KeyFile, keepKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import type { Child } from '../../stack/process.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { type Accounts, deriveAccounts } from './accounts.ts'
import type { CastDomain } from './cast.ts'
import { keepSecret, type Place, startRole } from './start-processes.ts'

export interface ConsortiumOptions {
  readonly config: Config
  readonly cast: readonly CastDomain[]
  /** Where servers keep their data, keys lie, and logs go. */
  readonly dir: string
  /** What is being done, in a few words. */
  readonly onStep: (text: string) => void
  /** Called when a server or a process of ours ends by itself. */
  readonly onDeath: (death: EntenteError) => void
}

/** A consortium that is up: servers, contracts, gateway, coordinator, operator, and every agent of its cast. */
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
  readonly operatorUrl: string
  readonly coordinator: Child<unknown>
  /** Starts another coordinator, after one was ended. */
  startCoordinator(): Promise<Child<unknown>>
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

async function bringUp({ config, cast, dir, onStep, onDeath }: ConsortiumOptions, later: Later) {
  onStep('starting the servers')
  const stack = await startStack(config, { dir, onDeath })
  later(() => stack.stop())
  const accounts = deriveAccounts(
    config,
    stack.chainAccounts,
    cast.map(({ domainId }) => domainId),
  )
  const coordinatorKey = keepKeyFile(join(dir, 'keys', 'coordinator.json'))
  const approver = keepKeyFile(join(dir, 'keys', 'approver.json'))

  onStep('deploying the contracts')
  const busEnv = busEnvOf(stack, dir)
  const place: Place = { dir, env: { NATS_URL: stack.urls.nats, LOG_LEVEL: config.LOG_LEVEL, ...busEnv }, onDeath }
  const log = openLog('consortium', config, join(dir, 'logs', 'consortium.log'))
  const nc = await connectBus({ url: stack.urls.nats, name: 'consortium', log, ...credsOf(stack) })
  later(() => nc.close())
  const [{ registry }, definitions] = await Promise.all([
    deploy({
      rpcUrl: stack.urls.chain,
      deployerKey: accounts.governor.privateKey,
      governor: accounts.governor.address,
      settler: coordinatorKey.address,
      logKeeper: coordinatorKey.address,
      treasury: accounts.treasury.address,
    }),
    loadDefinitions(cast),
    ensureStreams(nc, { replicas: config.NATS_REPLICAS }),
  ])
  const gateway = await startRole('gateway', 'gateway', place, {
    ETH_RPC_URL: stack.urls.chain,
    CONTRACT_REGISTRY: registry,
    FINALITY_BLOCKS: `${config.FINALITY_BLOCKS}`,
    ENTENTE_KEYS: keepSecret(dir, 'gateway.json', JSON.stringify(signersOf(accounts))),
  })
  later(() => gateway.stop())

  onStep('registering domains and agents')
  const [chain, directory] = await Promise.all([askChainInfo(nc), followDirectory({ nc, log })])
  later(() => directory.stop())
  const wallets = walletsOf(cast, dir)
  const startCoordinator = () => startRole('coordinator', 'coordinator', place, { ENTENTE_KEY: coordinatorKey.path })
  const [agents, coordinator, operator] = await Promise.all([
    provision({ nc, directory, chain, governor: accounts.governor.address }, plansOf()),
    startCoordinator(),
    startRole<{ url: string }>('operator', 'operator', place, {
      ENTENTE_KEY: approver.path,
      ENTENTE_DATA: dir,
      ENTENTE_PORT: `${config.ENTENTE_PORT}`,
      REDIS_URL: stack.urls.redis,
      ...(config.DATABASE_URL ? { DATABASE_URL: config.DATABASE_URL } : {}),
    }),
  ])
  later(() => Promise.all([coordinator.stop(), operator.stop()]))

  onStep('starting the agents')
  const account = stack.busAccount ?? (await ownAccount(dir))
  const credentials = serveCredentials({ nc, directory, account, chain, log })
  later(() => credentials.stop())
  const enrol = keepSecret(dir, 'enrol.creds', await issueEnrolCreds(account))
  const children = await Promise.all(startAgents())
  later(() => Promise.all(children.map(child => child.stop())))
  return {
    ...{ nc, stack, chain, directory, accounts, approver, agents, coordinator, startCoordinator },
    operatorUrl: operator.ready.url,
  }

  function plansOf(): DomainPlan[] {
    return cast.map(({ domainId, name, agents }) => ({
      domainId,
      name,
      admin: accounts.admins.get(domainId)!.address,
      agents: agents.map(({ module, stake }) => {
        const { address, privateKey } = wallets.get(module)!
        const card = cardOf(definitions.get(module)!)
        return { card, wallet: address, stake, consent: consent => signWalletConsent(consent, chain, privateKey) }
      }),
    }))
  }

  function startAgents(): Promise<Child<unknown>>[] {
    return cast
      .flatMap(({ agents }) => agents)
      .map(({ module, fault }, index) => {
        const own = {
          NATS_CREDS: enrol,
          ENTENTE_KEY: wallets.get(module)!.path,
          ENTENTE_AGENT_ID: agents[index]!.agentId,
          CONTRACT_REGISTRY: registry,
          ...modelOf(config),
          ...(fault ? { ENTENTE_FAULT: fault } : {}),
        }
        return startRole('agent', definitions.get(module)!.name, place, own, [module])
      })
  }
}

async function loadDefinitions(cast: readonly CastDomain[]): Promise<ReadonlyMap<string, AgentDefinition>> {
  const modules = cast.flatMap(({ agents }) => agents.map(({ module }) => module))
  const loaded = await Promise.all(
    modules.map(async module => {
      const { default: agent } = (await import(pathToFileURL(module).href)) as { default: AgentDefinition }
      return [module, agent] as const
    }),
  )
  return new Map(loaded)
}

/** Each agent's own wallet, by its module. */
function walletsOf(cast: readonly CastDomain[], dir: string) {
  const modules = cast.flatMap(({ domainId, agents }) => agents.map(({ module }) => ({ module, domainId })))
  return new Map(
    modules.map(({ module, domainId }, index) => {
      const path = join(dir, 'keys', `agent-${domainId}-${index}.json`)
      return [module, keepKeyFile(path)]
    }),
  )
}

function signersOf({ relayer, governor, admins }: Accounts): Record<string, string> {
  return Object.fromEntries([
    ['relayer', relayer.privateKey],
    ['governor', governor.privateKey],
    ...[...admins].map(([domainId, { privateKey }]) => [domainId, privateKey]),
  ])
}

function busEnvOf({ busCreds }: Stack, dir: string): Record<string, string> {
  return busCreds ? { NATS_CREDS: keepSecret(dir, 'bus.creds', busCreds) } : {}
}

function credsOf({ busCreds }: Stack) {
  return busCreds ? { creds: busCreds } : {}
}

/** On a bus without accounts anything is accepted: credentials are issued all the same, and keep nobody out there. */
async function ownAccount(dir: string) {
  const { account, signingSeed } = await keepNatsTrust(dir)
  return { accountPublicKey: account.publicKey, signingSeed }
}

function modelOf({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL }: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>
}
