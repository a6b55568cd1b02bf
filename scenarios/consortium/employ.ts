import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cardOf } from '../../agents/sdk/card.ts'
import type { AgentDefinition } from '../../agents/sdk/define.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { DomainPlan } from '../../registry/provision.ts'
import { signWalletConsent } from '../../registry/wallet-consent.ts'
import type { Config } from '../../stack/config.ts'
import { type KeyFile, keepKeyFile } from '../../stack/key-file.ts'
import type { Accounts } from './accounts.ts'
import type { CastAgent, CastDomain } from './cast.ts'
import { type Place, startMember } from './start-processes.ts'

/** An agent of the cast, what it is, and the wallet that is its own. */
export interface Employee extends CastAgent {
  /** Of its process: as its wallet and its folder are called. */
  readonly name: string
  readonly domainId: string
  readonly definition: AgentDefinition
  readonly wallet: KeyFile & { readonly path: string }
}

/** Loads every agent of the cast, in its order, and makes or finds its wallet. */
export function employ(cast: readonly CastDomain[], dir: string): Promise<Employee[]> {
  const agents = cast.flatMap(({ domainId, agents }) => agents.map(agent => ({ ...agent, domainId })))
  return Promise.all(
    agents.map(async (agent, index) => {
      const { default: definition } = (await import(pathToFileURL(agent.module).href)) as { default: AgentDefinition }
      const name = `agent-${agent.domainId}-${index}`
      const wallet = keepKeyFile(join(dir, 'keys', `${name}.json`))
      return { ...agent, name, definition, wallet }
    }),
  )
}

/** What the chain is to show of the cast. */
export function planDomains(
  cast: readonly CastDomain[],
  employees: readonly Employee[],
  { admins }: Accounts,
  chain: ChainInfo,
): DomainPlan[] {
  return cast.map(({ domainId, name }) => ({
    domainId,
    name,
    admin: admins.get(domainId)!.address,
    agents: employees
      .filter(employee => employee.domainId === domainId)
      .map(({ definition, stake, wallet }) => ({
        card: cardOf(definition),
        wallet: wallet.address,
        stake,
        consent: consent => signWalletConsent(consent, chain, wallet.privateKey),
      })),
  }))
}

/** Starts an agent as a process of its own, which knows its own key and no other secret, and keeps what it keeps in a folder of its own. */
export function startAgent(
  { module, name, wallet, fault }: Employee,
  agentId: string,
  place: Place,
  env: Readonly<Record<string, string>>,
) {
  const own = {
    ...env,
    ENTENTE_KEY: wallet.path,
    ENTENTE_AGENT_ID: agentId,
    ENTENTE_DATA: join(place.dir, 'agents', name),
    ...(fault ? { ENTENTE_FAULT: fault } : {}),
  }
  return startMember('agent', name, place, own, [module])
}

/** The language model that agents may use, as their environment names it. */
export function modelOf({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL }: Config): Record<string, string> {
  return {
    ...(OPENAI_API_KEY && { OPENAI_API_KEY }),
    ...(OPENAI_BASE_URL && { OPENAI_BASE_URL }),
    ...(OPENAI_MODEL && { OPENAI_MODEL }),
  }
}
