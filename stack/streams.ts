import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type NatsConnection, nanos } from '@nats-io/nats-core'
import { Objm } from '@nats-io/obj'
import { buckets, streams, subjects } from '../protocol/subjects.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
// JetStream's error for `add` when the stream is there with other settings.
const STREAM_NAME_IN_USE = 10058

type Settings = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects'>

// A message id seen within this time is stored once. Attempts have ids of their own, so a retry is not swallowed.
const common = { storage: StorageType.File, discard: DiscardPolicy.Old, duplicate_window: nanos(2 * MINUTE_MS) }

const settings: Settings[] = [
  { ...common, name: streams.tasks, subjects: [subjects.task('*')], retention: RetentionPolicy.Limits },
  {
    ...common,
    name: streams.work,
    subjects: [subjects.work('*')],
    retention: RetentionPolicy.Workqueue,
    // An agent that never comes back leaves what lies here. A task lasts 30 days at most by the escrow's own bound, and then
    // takes back what it did: what is older nobody waits for.
    max_age: nanos(35 * DAY_MS),
  },
  {
    ...common,
    name: streams.results,
    subjects: ['ent.result.>'],
    retention: RetentionPolicy.Limits,
    // What counts of a result is copied into the task's own log at once.
    max_age: nanos(7 * DAY_MS),
  },
  {
    ...common,
    name: streams.dead,
    subjects: [subjects.dead('*')],
    retention: RetentionPolicy.Limits,
    max_age: nanos(30 * DAY_MS),
  },
  { ...common, name: streams.chainTx, subjects: [subjects.chainTx('*')], retention: RetentionPolicy.Limits },
  { ...common, name: streams.chainEvents, subjects: ['ent.chain.event.>'], retention: RetentionPolicy.Limits },
  { ...common, name: streams.alerts, subjects: [subjects.alert('*', '*')], retention: RetentionPolicy.Limits },
  {
    ...common,
    name: streams.inspections,
    subjects: [subjects.inspection('*')],
    retention: RetentionPolicy.Limits,
    // A regulator is held to what it read.
    deny_delete: true,
    deny_purge: true,
  },
  {
    ...common,
    name: streams.capacity,
    subjects: [subjects.capacity('*')],
    retention: RetentionPolicy.Limits,
    max_msgs_per_subject: 1,
  },
  {
    ...common,
    name: streams.anchors,
    subjects: ['ent.anchor.>'],
    retention: RetentionPolicy.Limits,
    // Whoever submitted items has had the time to fetch their proofs.
    max_age: nanos(7 * DAY_MS),
  },
  {
    ...common,
    name: streams.advisories,
    // Said once, whoever listens: kept, it is heard by a coordinator that starts later.
    subjects: [subjects.givenUpWork('*')],
    retention: RetentionPolicy.Limits,
    max_age: nanos(30 * DAY_MS),
  },
  {
    ...common,
    name: streams.evidence,
    subjects: [subjects.evidence('*')],
    retention: RetentionPolicy.Limits,
    // Leaves of a log whose roots are anchored: no one may take one out.
    deny_delete: true,
    deny_purge: true,
  },
]

/**
 * Creates the streams and buckets that are not there, and brings the others to these settings. Any number of
 * processes may do this at once.
 *
 * @param replicas servers that keep a copy of each: 1, or 3 or 5 in a cluster
 */
export async function ensureStreams(nc: NatsConnection, { replicas }: { replicas: number }): Promise<void> {
  const jsm = await jetstreamManager(nc)
  const kvm = new Kvm(nc)
  await Promise.all([
    ...settings.map(stream => ensureStream(jsm, { ...stream, num_replicas: replicas })),
    kvm.create(buckets.cards, { history: 1, replicas }),
    kvm.create(buckets.cursors, { history: 1, replicas }),
    kvm.create(buckets.signers, { history: 16, replicas }),
    kvm.create(buckets.snapshots, { history: 1, replicas }),
    kvm.create(buckets.listeners, { history: 1, replicas }),
    kvm.create(buckets.leases, { history: 1, replicas }),
    kvm.create(buckets.owed, { history: 1, replicas }),
    kvm.create(buckets.strays, { history: 1, replicas }),
    kvm.create(buckets.policies, { history: 16, replicas }),
    kvm.create(buckets.sealing, { history: 1, replicas }),
    new Objm(nc).create(buckets.artifacts, { storage: StorageType.File, replicas }),
  ])
}

async function ensureStream(jsm: JetStreamManager, stream: Settings): Promise<void> {
  try {
    await jsm.streams.add(stream)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NAME_IN_USE) throw error
    await jsm.streams.update(stream.name, stream)
  }
}
