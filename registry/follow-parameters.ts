import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../protocol/chain-event.ts'
import { type Parameters, parameters } from '../protocol/consortium.ts'
import { slugFromBytes32 } from '../protocol/ids.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { followStream } from '../stack/follow-stream.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'

/** A value that the ConfigRegistry on chain gave a key, from a time on. */
interface Announced {
  version: number
  value: number
  effectiveAtMs: number
}

/** What the chain says of each parameter, oldest first: a fold of ConfigRegistry's events. */
export class ChainParameters {
  readonly #announced = new Map<string, Announced[]>()

  /** A value that no parameter of ours takes changes nothing, as one of a key that we do not know. */
  take({ contract, event, args }: ChainEvent): void {
    if (contract !== 'ConfigRegistry' || (event !== 'ConfigSet' && event !== 'ConfigWithdrawn')) return
    const key = slugFromBytes32(String(args.key))
    const version = Number(args.version)
    const before = this.#announced.get(key) ?? []
    if (event === 'ConfigWithdrawn') {
      this.#announced.set(
        key,
        before.filter(each => each.version !== version),
      )
      return
    }
    const value = Number(args.value)
    const most = Object.entries(parameters).find(([name]) => name === key)?.[1].most
    if (most === undefined || value > most) return
    this.#announced.set(key, [...before, { version, value, effectiveAtMs: Number(args.effectiveAt) * 1_000 }])
  }

  /** What is in force at a time; `otherwise` for what the chain says nothing of. */
  at(timeMs: number, otherwise: Parameters): Parameters {
    const said = [...this.#announced].flatMap(([key, values]) => {
      const last = values.findLast(({ effectiveAtMs }) => effectiveAtMs <= timeMs)
      return last === undefined ? [] : [[key, last.value] as const]
    })
    return { ...otherwise, ...Object.fromEntries(said) }
  }
}

export interface FollowedParameters {
  /** What is in force now: to be asked at each use. */
  current(): Parameters
  stop(): Promise<void>
}

/** Follows the consortium's parameters on chain; what it says nothing of is as `otherwise` has it. */
export async function followParameters(
  nc: NatsConnection,
  log: Log,
  otherwise: Parameters,
): Promise<FollowedParameters> {
  const onChain = new ChainParameters()
  const reader = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('ConfigRegistry', '*'),
    take: message => {
      const event = parseJson(ChainEvent, message.data)
      if (event) onChain.take(event)
    },
    log,
  })
  await reader.caughtUp
  return { current: () => onChain.at(Date.now(), otherwise), stop: () => reader.stop() }
}
