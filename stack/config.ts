import { z } from 'zod'
import { EntenteError } from '../protocol/errors.ts'
import { profileNames } from './chain-profile.ts'
import { nearest } from './nearest.ts'
import { parseNodeList } from './node-list.ts'

const url = (...schemes: string[]) =>
  z
    .string()
    .refine(
      value => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `a URL that begins with ${schemes.map(scheme => `${scheme}://`).join(' or ')}`,
    )
const number = (takes: string, check: (value: number) => boolean) =>
  z
    .string()
    .refine(value => value.trim() !== '' && check(Number(value)), takes)
    .transform(Number)
const whole = (min: number, max: number) =>
  number(`a whole number from ${min} to ${max}`, value => Number.isInteger(value) && value >= min && value <= max)
const text = z.string().min(1, 'a text that is not empty')
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hexadecimal digits')

/**
 * Everything that can be configured, by the name of its environment variable. A server whose variable is absent is
 * started embedded. Messages say what the variable takes, descriptions what it is for.
 */
const schema = z.object({
  NATS_URL: url('nats', 'tls', 'ws', 'wss').optional().describe('Existing NATS servers.'),
  NATS_CREDS: text.optional().describe('Path of a credentials file for NATS_URL.'),
  NATS_ACCOUNT: z
    .string()
    .regex(/^A[A-Z2-7]{55}$/, 'the public key of an account: A and 55 characters')
    .optional()
    .describe('With NATS_URL in JWT mode: the account in which agents are admitted...'),
  NATS_SIGNING_SEED_FILE: text.optional().describe('...and the path of the file with a seed that signs its users.'),
  NATS_REPLICAS: whole(1, 5).default(1).describe('Servers of a NATS cluster that keep a copy of each stream.'),
  REDIS_URL: url('redis', 'rediss').optional().describe('An existing Redis.'),
  DATABASE_URL: url('postgres', 'postgresql').optional().describe('PostgreSQL instead of the embedded SQL engine.'),
  ETH_RPC_URL: z
    .string()
    .refine(
      value => parseNodeList(value) !== null,
      'a URL that begins with http:// or https://, or several with commas between: http://a,reader@http://b+ws',
    )
    .optional()
    .describe('A node of the chain, or several with commas between: docs/guides/keys-and-nodes.md.'),
  ENTENTE_CHAIN_PROFILE: z
    .enum(profileNames, profileNames.join(', '))
    .optional()
    .describe('What the chain is like, where its id and its nodes do not say it: docs/GATEWAY.md.'),
  CONTRACT_REGISTRY: address.optional().describe('Contract registry that is deployed already.'),
  FINALITY_BLOCKS: whole(0, 10_000).default(1).describe('Blocks on top of a block after which it is final for us.'),
  BLOCK_TIME_S: number('seconds from 0.1 to 60', value => value >= 0.1 && value <= 60)
    .default(0.25)
    .describe('Seconds between blocks of the embedded chain.'),
  CHAIN_MNEMONIC_FILE: text
    .optional()
    .describe(
      'Path of the file (mode 0600) with the mnemonic of funded accounts, to set a consortium up on ETH_RPC_URL.',
    ),
  EMBEDDING_API_KEY: text.optional().describe('Key of the endpoint that embeds texts.'),
  EMBEDDING_BASE_URL: url('http', 'https').optional().describe("Any endpoint that embeds texts by OpenAI's protocol."),
  EMBEDDING_MODEL: text.optional().describe('Its model; without it, an embedded one for English.'),
  ENTENTE_KEY: text.optional().describe('Path of the key file (mode 0600) with which this process signs.'),
  ENTENTE_KEYS: text
    .optional()
    .describe('Gateway: path of the file (mode 0600) that says where its keys lie, or of a folder of keystores.'),
  ENTENTE_SIGNER_POOLS: text
    .optional()
    .describe('Gateway: keys that share messages, by address or by name: relayer:relayer+0x...,minters:one+two.'),
  ENTENTE_WEBHOOK_REACH: z
    .enum(['public', 'site', 'any'], 'public, site or any')
    .default('site')
    .describe('Gateway: where webhooks may go: not to this machine or a private network, to those too, or anywhere.'),
  ENTENTE_TENANT_RATES: text
    .optional()
    .describe('Gateway: new messages of a tenant in a minute: coordinator=6000,agents=60,agent-7=600...'),
  ENTENTE_TENANT_QUOTAS: text.optional().describe('...and in a day.'),
  ENTENTE_SETTLEMENT: z
    .enum(['single', 'batch'], 'single or batch')
    .default('single')
    .describe('Coordinator: how tasks are settled whose orders say nothing: each by itself, or many in a batch.'),
  ENTENTE_SETTLE_TASKS: whole(1, 10_000)
    .default(512)
    .describe('Settler: a batch is posted when so many tasks wait, and takes no more...'),
  ENTENTE_SETTLE_SECONDS: whole(1, 86_400).default(1_800).describe('...or when one has waited so long.'),
  ENTENTE_RATINGS: z
    .enum(['none', 'chain'], 'none or chain')
    .default('none')
    .describe("Whether an embedded consortium writes ratings to the chain's registry: some 100,000 gas each."),
  ENTENTE_RATE_COUNT: whole(1, 100)
    .default(64)
    .describe('Rater: ratings are written when so many wait, and so many at a time...'),
  ENTENTE_RATE_SECONDS: whole(0, 86_400).default(600).describe('...or when one has waited so long.'),
  ENTENTE_ACCOUNT: address
    .optional()
    .describe("Settler, tower: address of its account, whose key the gateway has under the tenant's name."),
  ENTENTE_BATCH_TENANTS: text
    .optional()
    .describe('Gateway: tenants whose messages go together, many in a transaction: coordinator,consortium.'),
  ENTENTE_BATCH_GAS: whole(1_000_000, 1_000_000_000)
    .default(16_000_000)
    .describe('Gateway: the most gas that such a transaction may use. Ethereum allows 16,777,216 (EIP-7825).'),
  ENTENTE_ANCHOR_ITEMS: whole(1, 1_000_000)
    .default(100_000)
    .describe('Gateway: a tree of items that came in bulk is closed, and its root sent, when it has so many...'),
  ENTENTE_ANCHOR_SECONDS: number('seconds from 0.05 to 3600', value => value >= 0.05 && value <= 3_600)
    .default(1)
    .describe('...or when its first has waited so long.'),
  ENTENTE_AGENT_ID: z
    .string()
    .regex(/^(0|[1-9]\d*)$/, 'a decimal number')
    .optional()
    .describe('Agent: its ERC-8004 id.'),
  ENTENTE_FAULT: z.enum(['lie', 'silent'], 'lie or silent').optional().describe('Agent: rehearses a bad one.'),
  ENTENTE_OPEN_TASKS: whole(10, 1_000_000)
    .default(10_000)
    .describe('Coordinator: open tasks that it takes in all; a tenth of them for emergencies alone.'),
  ENTENTE_OPEN_TASKS_PER_DOMAIN: whole(1, 1_000_000)
    .default(2_000)
    .describe('Coordinator: open tasks of one requesting domain...'),
  ENTENTE_DOMAIN_QUOTAS: text.optional().describe('...and of some, instead: health=500,police=50.'),
  ENTENTE_DOMAIN_WEIGHTS: text
    .optional()
    .describe('Coordinator: by what domains share agents that all of them want: health=3; 1 for the others.'),
  ENTENTE_EMERGENCY_DOMAINS: text
    .optional()
    .describe('Coordinator: requesting domains that may claim an emergency: health,police.'),
  ENTENTE_PARAMETERS: text
    .optional()
    .describe('Coordinator: what the consortium sets: wrong-penalty-bps=5000; docs/INCENTIVES.md.'),
  ENTENTE_DATA: text.default('.entente').describe('Folder of everything that is kept.'),
  ENTENTE_HOST: text
    .default('127.0.0.1')
    .describe('Address that the API listens on; the loopback interface lets in no other machine.'),
  ENTENTE_PORT: whole(0, 65_535).default(0).describe('Port of the API; 0 takes a free one.'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'fatal, error, warn, info, debug, trace or silent',
    )
    .default('info')
    .describe('What is logged: this, and what is worse.'),
  OPENAI_API_KEY: text.optional().describe("Key of a language model's endpoint."),
  OPENAI_BASE_URL: url('http', 'https').optional().describe("Any endpoint that speaks OpenAI's protocol."),
  OPENAI_MODEL: text.optional().describe('The model; without it, none is asked.'),
})

export type Config = z.infer<typeof schema>

const NAMES = Object.keys(schema.shape) as (keyof Config)[]
const SECRETS = new Set(['EMBEDDING_API_KEY', 'OPENAI_API_KEY'])

/**
 * Reads the configuration from environment variables; an empty variable counts as absent.
 *
 * @param needed without which whoever asks cannot work
 * @throws EntenteError CONFIG_INVALID that names every wrong variable, what it got (secrets masked), what it takes, and
 *   every one that is needed and not set
 */
export function readConfig<N extends keyof Config = never>(
  env: Readonly<Record<string, string | undefined>>,
  needed: readonly N[] = [],
): Config & { readonly [Name in N]: NonNullable<Config[Name]> } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const unknown = Object.keys(given).filter(name => name.startsWith('ENTENTE_') && !(name in schema.shape))
  const parsed = schema.safeParse(given)
  const problems = [
    ...needed.flatMap(name => (name in given ? [] : [`${name} is not set, but needed`])),
    ...unknown.map(name => `${name} is not a variable of ours; did you mean ${nearest(name, NAMES)}?`),
    ...(parsed.error?.issues ?? []).map(issue => wrongValue(String(issue.path[0]), given, issue.message)),
  ]
  // What is needed is there, or it is among the problems.
  if (parsed.success && problems.length === 0) return parsed.data as ReturnType<typeof readConfig<N>>
  throw new EntenteError('CONFIG_INVALID', problems.join('\n'))
}

function wrongValue(name: string, given: Record<string, string | undefined>, takes: string): string {
  return `${name} is ${shown(name, given[name] ?? '')}, but takes ${takes}`
}

/** The value for a message, without secrets: passwords in URLs and keys. */
function shown(name: string, value: string): string {
  if (SECRETS.has(name)) return '"***"'
  return JSON.stringify(value.replaceAll(/\/\/[^@/]*@/g, '//***@'))
}

/** A line for each: its name, what it is for, and what holds where it is not set; in the order of the schema. */
export function describeVariables(names: readonly (keyof Config)[]): string {
  const usual: Readonly<Record<string, unknown>> = readConfig({})
  const width = Math.max(...names.map(name => name.length))
  const lines = NAMES.filter(name => names.includes(name)).map(name => {
    const otherwise = usual[name] === undefined ? '' : ` (default: ${usual[name]})`
    return `  ${name.padEnd(width)}  ${schema.shape[name].description}${otherwise}`
  })
  return lines.join('\n')
}

/** Of the configuration, what coordinators take on, for whom and on what terms: as it is given to those that a consortium starts. */
export const limitNames = [
  'ENTENTE_OPEN_TASKS',
  'ENTENTE_OPEN_TASKS_PER_DOMAIN',
  'ENTENTE_DOMAIN_QUOTAS',
  'ENTENTE_DOMAIN_WEIGHTS',
  'ENTENTE_EMERGENCY_DOMAINS',
  'ENTENTE_PARAMETERS',
] as const satisfies readonly (keyof Config)[]

/** ...and of its gateway, beside where everything is. */
export const gatewayNames = [
  'ENTENTE_CHAIN_PROFILE',
  'ENTENTE_SIGNER_POOLS',
  'ENTENTE_TENANT_RATES',
  'ENTENTE_TENANT_QUOTAS',
  'ENTENTE_BATCH_TENANTS',
  'ENTENTE_BATCH_GAS',
  'ENTENTE_ANCHOR_ITEMS',
  'ENTENTE_ANCHOR_SECONDS',
  'ENTENTE_WEBHOOK_REACH',
] as const satisfies readonly (keyof Config)[]
