import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import { announceReady } from '../../stack/announce-ready.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { runMain } from '../../stack/run-main.ts'
import { readSecretFile } from '../../stack/secret-file.ts'
import { onShutdown } from '../../stack/shutdown.ts'
import type { AgentDefinition } from './define.ts'
import { withFault } from './fault.ts'
import { serveAgent } from './serve.ts'

const self = {
  name: 'agent',
  does: 'Serves the agent that is the default export of a module, which may read variables of its own.',
  argument: '<module>',
  needs: ['NATS_CREDS', 'ENTENTE_KEY', 'ENTENTE_AGENT_ID'],
  reads: ['CONTRACT_REGISTRY', 'ENTENTE_FAULT'],
} as const

await runMain(import.meta, self, async ({ config, log }) => {
  const definition = await loadDefinition(process.argv[2])
  const { ENTENTE_AGENT_ID: agentId } = config
  const agent = await serveAgent(config.ENTENTE_FAULT ? withFault(definition, config.ENTENTE_FAULT) : definition, {
    natsUrl: config.NATS_URL,
    enrolCreds: readSecretFile('NATS_CREDS', config.NATS_CREDS),
    agentId,
    privateKey: readKeyFile(config.ENTENTE_KEY).privateKey,
    ...(config.CONTRACT_REGISTRY ? { contractRegistry: config.CONTRACT_REGISTRY.toLowerCase() as Address } : {}),
    log: log.child({ agent: definition.name }),
  })
  onShutdown(() => agent.stop())
  announceReady({ agentId })
  log.info({ agent: definition.name, agentId }, 'at work')
})

async function loadDefinition(path: string | undefined): Promise<AgentDefinition> {
  if (!path) throw new EntenteError('AGENT_INVALID', 'no module is named: node agents/sdk/main.ts <module>')
  if (!existsSync(path)) throw new EntenteError('FILE_UNREADABLE', `there is no module ${resolve(path)}`)
  const { default: agent } = await loadModule(path)
  if (!agent?.skills) throw new EntenteError('AGENT_INVALID', `the default export of ${path} is not an agent`)
  return agent
}

async function loadModule(path: string): Promise<{ default?: AgentDefinition }> {
  try {
    return await import(pathToFileURL(resolve(path)).href)
  } catch (cause) {
    if (cause instanceof EntenteError) throw cause
    throw new EntenteError('AGENT_INVALID', `${path} cannot be loaded: ${(cause as Error).message}`, { cause })
  }
}
