import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Hex } from '../protocol/hash.ts'
import { Attempt } from '../protocol/ids.ts'
import { subjects } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'
import { type MissHeartbeat, owesHeartbeats } from './flow/heartbeat.ts'
import type { Task } from './flow/state.ts'
import type { Hearing } from './hearing.ts'
import { Silence } from './silence.ts'

/**
 * Of whom nothing was heard yet at an attempt may not have been told of it: the coordinator that gave it out may be gone, and
 * another does so for it by then.
 */
const toldWithinMs = 5_000
/** Once the bus answers, what it had held back has come by then. */
const heldBackMs = 1_000

const Heartbeat = z.object({ attempt: Attempt })

/** Agents that owe heartbeats from when they were asked on. */
interface Asked extends MissHeartbeat {
  readonly heartbeatMs: number
  readonly atMs: number
}

/** An open attempt whose template asks for heartbeats, and for how long each of its agents is silent. */
interface Patient {
  readonly attempt: number
  readonly silence: Silence
  readonly timer: NodeJS.Timeout
}

/**
 * Listens for the heartbeats of agents at work. They go over core NATS and into no log; only that they ceased does. Every
 * coordinator listens, and any of them may say it: of two that do, the log takes one.
 */
export class Pulse {
  readonly #nc: NatsConnection
  /** By task, then by subtask. */
  readonly #patients = new Map<Hex, Map<string, Patient>>()
  readonly #hearing: Pick<Hearing, 'hears'>
  readonly #miss: (taskId: Hex, miss: MissHeartbeat) => void
  readonly #stop: () => void

  constructor(nc: NatsConnection, hearing: Pick<Hearing, 'hears'>, miss: (taskId: Hex, miss: MissHeartbeat) => void) {
    this.#nc = nc
    this.#hearing = hearing
    this.#miss = miss
    const subscription = nc.subscribe(subjects.heartbeat('*', '*', '*'), {
      callback: (_, { subject, data }) => this.#hear(subject, data),
    })
    this.#stop = () => subscription.unsubscribe()
  }

  /** Listens for what the task has open now, and for nothing else of it. */
  watch(task: Task): void {
    const { taskId, overview } = task
    const open = overview.live.map(({ progress }) => progress).filter(progress => owesHeartbeats(task, progress))
    const attempts = new Map(open.map(({ id, attempts }) => [id, attempts]))
    const patients = this.#patients.get(taskId) ?? new Map<string, Patient>()
    for (const [id, { attempt, timer }] of patients) {
      if (attempts.get(id) === attempt) continue
      clearInterval(timer)
      patients.delete(id)
    }
    for (const { id: subtaskId, attempts: attempt, assigned, keys } of open) {
      if (patients.has(subtaskId)) continue
      const agents = assigned!.chosen.map(({ agentId }) => agentId)
      const { heartbeatMs, atMs } = assigned!
      const asked = { subtaskId, attempt, agents, heartbeatMs: heartbeatMs!, atMs: keys?.lastMs ?? atMs }
      patients.set(subtaskId, this.#attend(taskId, asked))
    }
    if (patients.size > 0) this.#patients.set(taskId, patients)
    else this.#patients.delete(taskId)
  }

  stop(): void {
    this.#stop()
    for (const patients of this.#patients.values()) for (const { timer } of patients.values()) clearInterval(timer)
    this.#patients.clear()
  }

  #attend(taskId: Hex, { subtaskId, attempt, agents, heartbeatMs, atMs }: Asked): Patient {
    const silence = new Silence(agents, heartbeatMs, performance.now())
    const isTold = (agentId: string) => silence.wasHeard(agentId) || Date.now() > atMs + toldWithinMs
    const look = () => {
      if (!this.#hearing.hears(taskId)) silence.forgive(performance.now())
      // Those who have answered are silent too, which is for the rules to see.
      const silent = silence.look(performance.now()).filter(isTold)
      if (silent.length === 0) return
      void this.#stillSilent(taskId, silent, silence).then(agents => {
        const isOpen = this.#patients.get(taskId)?.get(subtaskId)?.attempt === attempt
        if (isOpen && agents.length > 0) this.#miss(taskId, { subtaskId, attempt, agents })
      })
    }
    return { attempt, silence, timer: setInterval(look, silence.everyMs) }
  }

  /** Those who are silent though the bus is not: if it stood still, it has what they said in hand. */
  async #stillSilent(taskId: Hex, silent: readonly string[], silence: Silence): Promise<string[]> {
    const sinceMs = performance.now()
    try {
      await this.#nc.flush()
    } catch {
      return []
    }
    await sleep(Math.min(silence.everyMs, heldBackMs), undefined, { ref: false })
    return this.#hearing.hears(taskId) ? silence.unheardSince(silent, sinceMs) : []
  }

  #hear(subject: string, data: Uint8Array): void {
    const [, , taskId, subtaskId, agentId] = subject.split('.') as [string, string, Hex, string, string]
    const patient = this.#patients.get(taskId)?.get(subtaskId)
    if (patient && parseJson(Heartbeat, data)?.attempt === patient.attempt)
      patient.silence.hear(agentId, performance.now())
  }
}
