import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import { announceReady } from '../../stack/announce-ready.ts'
import { readConfig } from '../../stack/config.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { onShutdown } from '../../stack/shutdown.ts'
import type { AgentDefinition } from './define.ts'
import { withFault } from './fault.ts'
import { type ServedAgent, serveAgent } from './serve.ts'

/**
 * Runs an agent as a process of its own: `node agents/sdk/main.ts <module>`, the module's default export being the
 * definition. NATS_URL, NATS_CREDS (the public enrolment credentials), ENTENTE_KEY and ENTENTE_AGENT_ID say where, and
 * as whom.
 */
let agent: ServedAgent | undefined
// Before anything can go wrong: it is also what says errors in one line.
onShutdown(() => agent?.stop())
const config = readConfig(process.env)
const definition = await loadDefinition(process.argv[2])
const log = openLog(definition.name, config)
agent = await serveAgent(definition, {
  natsUrl: required('NATS_URL'),
  enrolCreds: readFileSync(required('NATS_CREDS'), 'utf8'),
  agentId: required('ENTENTE_AGENT_ID'),
  privateKey: readKeyFile(required('ENTENTE_KEY')).privateKey,
  ...(config.CONTRACT_REGISTRY ? { contractRegistry: config.CONTRACT_REGISTRY.toLowerCase() as Address } : {}),
  log,
})
announceReady({ agentId: config.ENTENTE_AGENT_ID })
log.info({ agentId: config.ENTENTE_AGENT_ID }, 'at work')

async function loadDefinition(path: string | undefined): Promise<AgentDefinition> {
  if (!path) throw new EntenteError('CONFIG_INVALID', 'name the module of an agent: node agents/sdk/main.ts <module>')
  const { default: agent } = (await import(pathToFileURL(resolve(path)).href)) as { default?: AgentDefinition }
  if (!agent?.skills) throw new EntenteError('CONFIG_INVALID', `the default export of ${path} is not an agent`)
  return config.ENTENTE_FAULT ? withFault(agent, config.ENTENTE_FAULT) : agent
}

function required(name: 'NATS_URL' | 'NATS_CREDS' | 'ENTENTE_KEY' | 'ENTENTE_AGENT_ID'): string {
  const value = config[name]
  if (value === undefined) throw new EntenteError('CONFIG_INVALID', `${name} is not set, and an agent needs it`)
  return value
}
