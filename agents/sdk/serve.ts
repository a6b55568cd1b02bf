import { concurrencyOf } from '../../protocol/agent-card.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address, AgentId } from '../../protocol/ids.ts'
import type { Log } from '../../stack/log.ts'
import { answerService } from './answer-service.ts'
import { attestBulletins } from './bulletin.ts'
import { cardOf } from './card.ts'
import type { AgentDefinition } from './define.ts'
import { joinBus } from './join-bus.ts'
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
  /** Finishes what runs, for a few seconds; hands the rest back to the queue. May be called twice. */
  stop(): Promise<void>
}

/**
 * Puts an agent to work: gets its credentials, shows it on the bus, and answers its queue until it is stopped.
 *
 * @throws EntenteError AGENT_INACTIVE, CARD_MISMATCH, SIGNATURE_INVALID, SKILL_INVALID, BUS_UNREACHABLE
 */
export async function serveAgent(definition: AgentDefinition, options: ServeOptions): Promise<ServedAgent> {
  const card = cardOf(definition)
  const { log, concurrency = concurrencyOf(card), ...applicant } = options
  const member = await joinBus({ ...applicant, card }, log)
  const { nc, identity, renew } = member
  const stats = answerService(nc, identity.agentId, card)
  if (definition.attests) attestBulletins({ nc, identity, name: definition.name, attests: definition.attests, log })
  const work = takeWork({ nc, identity, definition, concurrency, stats, log, renew })
  await nc.flush()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await work.stop()
    await member.leave()
  }
  return {
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
