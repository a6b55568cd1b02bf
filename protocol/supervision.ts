import { z } from 'zod'
import { Alert, AlertCode } from './alert.ts'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { Millis } from './ids.ts'
import { PolicyReference } from './policy.ts'

const Share = z.number().min(0).max(1)
const Count = z.int().min(1).max(10_000)
const Ms = z
  .int()
  .min(1)
  .max(7 * 86_400_000)

/** How something that happens over and over is compared with its own past. */
const againstPast = (recent: number, past: number, rise: number) =>
  z.strictObject({
    /** How many of the last are its present. */
    recent: Count.default(recent),
    /** How many before them are the least past that it is compared with. */
    past: Count.default(past),
    /** By how much the present share is above that of the past. */
    rise: Share.default(rise),
    /** What is older than this is no present. */
    withinMs: Ms.default(3_600_000),
  })

/** From where on each alert is raised. What is left out is as usual: the numbers here. */
export const Thresholds = z.strictObject({
  'deadline-at-risk': z
    .strictObject({
      /** Of the time that is left, so much must be enough for the rest of the critical path. */
      share: z.number().min(0.1).max(10).default(1),
      /** It is critical from this multiple on. */
      critical: z.number().min(0.1).max(10).default(1.5),
    })
    .prefault({}),
  'agent-degrading': againstPast(8, 8, 0.4)
    .extend({
      /** Present median time of an answer, as a multiple of that of the past. */ slower: z.number().min(1).default(3),
    })
    .prefault({}),
  'spending-too-fast': z
    .strictObject({
      /** What the plan would cost at this pace, as a multiple of the budget. */
      overrun: z.number().min(0.1).max(10).default(1.1),
      /** Share of the budget before which nothing is said. */
      spent: Share.default(0.25),
    })
    .prefault({}),
  'unusual-refusals': againstPast(20, 20, 0.3).prefault({}),
  'disagreement-rising': againstPast(10, 10, 0.3).prefault({}),
  'chain-lagging': z
    .strictObject({
      /** How long a message may wait to be in the pool of a node, and a task for its budget. */
      waitingMs: Ms.default(60_000),
      /** How long one that is in a block may wait to be final. */
      finalityMs: Ms.default(120_000),
    })
    .prefault({}),
})
export type Thresholds = z.infer<typeof Thresholds>

export const usualThresholds: Thresholds = Thresholds.parse({})

/** What the consortium does by itself when an alert is raised. */
export const Measure = z.discriminatedUnion('do', [
  /** The task gives out no new work until a person resumes it. */
  z.strictObject({ on: z.enum(['deadline-at-risk', 'spending-too-fast']), do: z.literal('pause-task') }),
  /** The agent is given no work where another can do it. */
  z.strictObject({ on: z.literal('agent-degrading'), do: z.literal('pass-over-agent'), forMs: Ms.default(600_000) }),
])
export type Measure = z.infer<typeof Measure>

/** What a regulator may read through the operator's API: the first part of a path after `/v1/`, and the bundles of tasks. */
export const readable = [
  'tasks',
  'bundles',
  'agents',
  'domains',
  'evidence',
  'chain',
  'alerts',
  'figures',
  'freezes',
] as const

/** How a consortium is supervised: one version of one document. */
export const SupervisionPolicy = z.strictObject({
  format: z.literal('entente.supervision/1'),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name: a-z, 0-9 and -, at most 63 characters'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version: three numbers, as 1.0.0'),
  title: z.string().default(''),
  thresholds: Thresholds.prefault({}),
  measures: z.array(Measure).default([]),
  regulator: z.strictObject({ reads: z.array(z.enum(readable)) }).default({ reads: [] }),
})
export type SupervisionPolicy = z.infer<typeof SupervisionPolicy>

export function referenceToSupervision(policy: SupervisionPolicy): PolicyReference {
  return { id: policy.id, version: policy.version, hash: supervisionHash(policy) }
}

/** The content hash of a supervision policy, defaults filled in. */
export function supervisionHash(policy: SupervisionPolicy): Hex {
  return contentHash(policy)
}

/** Why the consortium itself did something to a task: the alert, and the policy that says what follows from it. */
export const MeasureCause = z.object({
  alert: Alert,
  policy: PolicyReference,
  on: AlertCode,
  do: z.literal('pause-task'),
})
export type MeasureCause = z.infer<typeof MeasureCause>

/** The reason that is signed: it names the alert and the policy by their hashes. */
export function reasonOfMeasure({ alert, policy }: Pick<MeasureCause, 'alert' | 'policy'>): string {
  const { code, alertId, cause } = alert
  return `${code}: ${cause} (alert ${alertId}; ${policy.id}@${policy.version} ${policy.hash}; ${contentHash(alert)})`
}

/** That a regulator read something, in the stream `INSPECTIONS`, before it is shown. */
export const Inspection = z.object({
  keyId: z.string(),
  holder: z.string(),
  /** As it was asked for: path and query. */
  url: z.string(),
  resource: z.enum(readable),
  /** The supervision policy that entitles to it. */
  policy: PolicyReference,
  atMs: Millis,
})
export type Inspection = z.infer<typeof Inspection>
