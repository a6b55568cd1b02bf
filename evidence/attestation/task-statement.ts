import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { policyHash } from '../../protocol/policy.ts'

export const payloadType = 'application/vnd.in-toto+json'
const predicateType = 'urn:entente:task-result:v1'

/**
 * What a bundle shows, as an in-toto statement (https://in-toto.io/Statement/v1): its subjects are the bundle and the output,
 * its predicate says, in the shape of SLSA provenance, of what the task was made, by whom it was done and with what
 * outcome. Hashes and names alone, so that it can be given to those who may not see the payloads. The same bundle always
 * gives the same statement.
 */
export function taskStatement(bundle: Bundle): Json {
  const events = bundle.events.map(({ event }) => event)
  const completed = find(events, 'TaskCompleted')
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      resource(`${bundle.taskId}.bundle.json`, contentHash(bundle)),
      ...(completed ? [resource('output', completed.outputHash)] : []),
    ],
    predicateType,
    predicate: {
      taskDefinition: taskDefinition(bundle, events),
      runDetails: runDetails(bundle, events),
      result: { state: stateOf(events), subtasks: subtasks(bundle, events) },
    },
  }
}

/** An artifact by its name and the SHA-256 of its bytes, which for JSON are canonical (in-toto `ResourceDescriptor`). */
function resource(name: string, hash: string): Json {
  return { name, digest: { sha256: hash.slice(2) } }
}

function taskDefinition({ policies = [] }: Bundle, events: readonly TaskEvent[]): Json {
  const submitted = find(events, 'TaskSubmitted')
  const planned = find(events, 'TaskPlanned')
  if (!submitted) return {}
  const { requester, spec, input, budget, deadlineMs } = submitted
  return {
    taskType: 'urn:entente:task:v1',
    externalParameters: {
      requester: requester.address,
      domain: requester.domainId,
      budget,
      deadline: isoTime(deadlineMs),
    },
    resolvedDependencies: [
      resource('specification', contentHash(spec)),
      resource('input', contentHash(input)),
      resource('template', spec.template),
      ...(planned ? [resource('plan', planned.planHash)] : []),
      ...policies.map(set => resource(`policy ${set.id}@${set.version}`, policyHash(set))),
    ],
  }
}

function runDetails({ taskId, chain, checkpoint }: Bundle, events: readonly TaskEvent[]): Json {
  const settlement = find(events, 'SettlementComputed')
  return {
    consortium: { id: `eip155:${chain.chainId}:${chain.contractRegistry}` },
    metadata: {
      invocationId: taskId,
      startedOn: isoTime(events[0]!.atMs),
      finishedOn: isoTime(events.at(-1)!.atMs),
    },
    byproducts: [
      ...(settlement ? [resource('settlement', settlement.settlementHash)] : []),
      resource(`evidence log of ${checkpoint.size} leaves`, checkpoint.root),
    ],
  }
}

/** What each subtask came to, and by which agents it is so. */
function subtasks({ parties }: Bundle, events: readonly TaskEvent[]): Json[] {
  const domainOf = new Map(parties.map(({ agentId, domainId }) => [agentId, domainId]))
  const agreed = events.filter(event => event.type === 'SubtaskAgreed')
  return agreed.map(({ subtaskId, attempt, verdict, output }) => ({
    ...(resource(subtaskId, contentHash(output)) as object),
    attempt,
    agents: verdict.accepted.map(agentId => ({ agentId, domain: domainOf.get(agentId) ?? null })),
  }))
}

function stateOf(events: readonly TaskEvent[]): string {
  if (find(events, 'TaskCompleted')) return 'completed'
  return find(events, 'TaskCanceled') ? 'canceled' : 'failed'
}

function find<T extends TaskEvent['type']>(events: readonly TaskEvent[], type: T): TaskEventOf<T> | undefined {
  return events.find((event): event is TaskEventOf<T> => event.type === type)
}

/** RFC 3339; a time that no calendar has as its number. */
function isoTime(ms: number): string {
  const time = new Date(ms)
  return Number.isNaN(time.getTime()) ? `${ms}` : time.toISOString()
}
