import { concurrencyOf } from '../../protocol/agent-card.ts'
import type { Resources } from '../../protocol/capacity.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address, AgentId } from '../../protocol/ids.ts'
import type { Log } from '../../stack/log.ts'
import { answerService } from './answer-service.ts'
import { attestBulletins } from './bulletin.ts'
import { cardOf } from './card.ts'
import type { AgentDefinition } from './define.ts'
import { joinBus } from './join-bus.ts'
import { StatedCapacity } from './state-capacity.ts'
import { takeWork } from './take-work.ts'

export interface ServeOptions {
  readonly natsUrl: string
  /** Text of the public credentials with which anyone may ask for their own. */
  readonly enrolCreds: string
  readonly agentId: AgentId
  /** Of the wallet that the chain has for the agent. */
  readonly privateKey: Hex
  readonly log: Log
  /** Executions at a time in this process, instead of what the definition names. */
  readonly concurrency?: number
  /** Sign for these contracts alone. */
  readonly contractRegistry?: Address
}

export interface ServedAgent {
  /**
   * States anew what the agent can commit.
   * @throws EntenteError CAPACITY_INVALID
   */
  restate(resources: Resources): Promise<void>
  /** Finishes what runs, for a few seconds; hands the rest back to the queue. May be called twice. */
  stop(): Promise<void>
}

/**
 * Puts an agent to work: gets its credentials, shows it on the bus, and answers its queue until it is stopped.
 *
 * @throws EntenteError AGENT_INACTIVE, CARD_MISMATCH, CAPACITY_INVALID, SIGNATURE_INVALID, SKILL_INVALID, BUS_UNREACHABLE
 */
export async function serveAgent(definition: AgentDefinition, options: ServeOptions): Promise<ServedAgent> {
  const card = cardOf(definition)
  const { log, concurrency = concurrencyOf(card), ...applicant } = options
  const member = await joinBus({ ...applicant, card }, log)
  const { nc, identity, renew } = member
  const stats = answerService(nc, identity.agentId, card)
  if (definition.attests) attestBulletins({ nc, identity, name: definition.name, attests: definition.attests, log })
  const capacity = new StatedCapacity(nc, identity, log)
  if (definition.capacity) await capacity.state(definition.capacity)
  const work = takeWork({ nc, identity, definition, concurrency, stats, log, renew, capacity })
  await nc.flush()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await work.stop()
    capacity.stop()
    await member.leave()
  }
  return {
    restate: resources => capacity.state(resources),
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
