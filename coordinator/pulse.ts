import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Hex } from '../protocol/hash.ts'
import { Attempt } from '../protocol/ids.ts'
import { subjects } from '../protocol/subjects.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { type MissHeartbeat, missedIntervals, owesHeartbeats } from './flow/heartbeat.ts'
import type { Task } from './flow/state.ts'

const Heartbeat = z.object({ attempt: Attempt })

/** An open attempt whose template asks for heartbeats, and when each of its agents was last heard. */
interface Patient {
  readonly attempt: number
  readonly lastMs: Map<string, number>
  readonly timer: NodeJS.Timeout
}

/**
 * Listens for the heartbeats of agents at work. They go over core NATS and into no log; only that they ceased does. Every
 * coordinator listens, and any of them may say it: of two that do, the log takes one.
 */
export class Pulse {
  /** By task, then by subtask. */
  readonly #patients = new Map<Hex, Map<string, Patient>>()
  readonly #miss: (taskId: Hex, miss: MissHeartbeat) => void
  readonly #stop: () => void

  constructor(nc: NatsConnection, log: Log, miss: (taskId: Hex, miss: MissHeartbeat) => void) {
    this.#miss = miss
    const subscription = nc.subscribe(subjects.heartbeat('*', '*', '*'), {
      callback: (_, { subject, data }) => this.#hear(subject, data),
    })
    this.#stop = () => subscription.unsubscribe()
    void this.#forgiveLostTime(nc).catch(error => log.warn({ err: error }, 'the state of the connection is unknown'))
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
    for (const { id: subtaskId, attempts: attempt, assigned } of open) {
      if (patients.has(subtaskId)) continue
      const agents = assigned!.chosen.map(({ agentId }) => agentId)
      patients.set(subtaskId, this.#attend(taskId, { subtaskId, attempt, agents }, assigned!.heartbeatMs!))
    }
    if (patients.size > 0) this.#patients.set(taskId, patients)
    else this.#patients.delete(taskId)
  }

  stop(): void {
    this.#stop()
    for (const { timer } of this.#all()) clearInterval(timer)
    this.#patients.clear()
  }

  #attend(taskId: Hex, { subtaskId, attempt, agents }: MissHeartbeat, heartbeatMs: number): Patient {
    const lastMs = new Map(agents.map(agentId => [agentId, Date.now()]))
    let lookedMs = Date.now()
    const look = () => {
      const nowMs = Date.now()
      // A process that stood still has heard nothing: it is not for the agents to pay for that.
      if (nowMs - lookedMs > 2 * heartbeatMs) for (const agentId of agents) lastMs.set(agentId, nowMs)
      lookedMs = nowMs
      const silent = agents.filter(agentId => nowMs - lastMs.get(agentId)! >= missedIntervals * heartbeatMs)
      if (silent.length === 0) return
      // Those who have answered are silent too, which is for the rules to see: asked again after as long a silence.
      for (const agentId of silent) lastMs.set(agentId, nowMs)
      this.#miss(taskId, { subtaskId, attempt, agents: silent })
    }
    return { attempt, lastMs, timer: setInterval(look, heartbeatMs / 2) }
  }

  #hear(subject: string, data: Uint8Array): void {
    const [, , taskId, subtaskId, agentId] = subject.split('.') as [string, string, Hex, string, string]
    const patient = this.#patients.get(taskId)?.get(subtaskId)
    if (!patient?.lastMs.has(agentId) || parseJson(Heartbeat, data)?.attempt !== patient.attempt) return
    patient.lastMs.set(agentId, Date.now())
  }

  #all(): Patient[] {
    return [...this.#patients.values()].flatMap(patients => [...patients.values()])
  }

  /** While the connection was away nobody could be heard. */
  async #forgiveLostTime(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) {
      if (type !== 'reconnect') continue
      const nowMs = Date.now()
      for (const { lastMs } of this.#all()) for (const id of lastMs.keys()) lastMs.set(id, nowMs)
    }
  }
}
