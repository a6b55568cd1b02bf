import type { AbiParameter } from 'abitype'
import { ABIS, type ContractName } from '../contracts/abis.ts'
import type { ChainIntent, ChainStep } from '../protocol/chain-message.ts'
import { Bytes32 } from '../protocol/ids.ts'
import { agentTenant } from '../protocol/subjects.ts'

type About = NonNullable<ChainStep['about']>

interface Named {
  readonly tasks: Set<string>
  readonly agents: Set<string>
}

/**
 * The tasks and agents that a message is about: those that its arguments name, by the names that the ABI gives them; the agent
 * that sends it; and the task under whose id the coordinator sends it.
 */
export function aboutOf(intent: ChainIntent): About {
  const named: Named = { tasks: new Set(), agents: new Set() }
  for (const [index, input] of inputsOf(intent).entries()) note(named, input, intent.args[index])
  const { tenant, businessId } = intent
  if (tenant.startsWith(agentTenant(''))) named.agents.add(tenant.slice(agentTenant('').length))
  if (tenant === 'coordinator' && Bytes32.safeParse(businessId).success) named.tasks.add(businessId)
  return { tasks: [...named.tasks], agents: [...named.agents] }
}

function inputsOf({ contract, call, args }: ChainIntent): readonly AbiParameter[] {
  const abi = Object.hasOwn(ABIS, contract) ? ABIS[contract as ContractName] : []
  const found = abi.find(each => each.type === 'function' && each.name === call && each.inputs.length === args.length)
  return found?.type === 'function' ? found.inputs : []
}

/** Structs are objects here, and lists of them lists. */
function note(named: Named, parameter: AbiParameter, value: unknown): void {
  if (Array.isArray(value)) {
    for (const each of value) note(named, parameter, each)
    return
  }
  if (parameter.name === 'taskId') named.tasks.add(String(value))
  if (parameter.name === 'agentId' || parameter.name === 'agentIds') named.agents.add(String(value))
  if (!('components' in parameter) || typeof value !== 'object' || value === null) return
  for (const component of parameter.components) {
    note(named, component, (value as Record<string, unknown>)[component.name ?? ''])
  }
}
