import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { attend } from '../../../coordinator/attend.ts'
import { handleWith } from '../../../coordinator/handle.ts'
import { Hearing } from '../../../coordinator/hearing.ts'
import { Keeper } from '../../../coordinator/keeper.ts'
import { Snapshots } from '../../../coordinator/log/snapshots.ts'
import { TaskLog } from '../../../coordinator/log/task-log.ts'
import { OpenTasks } from '../../../coordinator/room/open-tasks.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { runProcess } from '../../../stack/run-process.ts'
import { settledMemory } from '../../harness/settled-memory.ts'

/** All that a coordinator keeps of tasks at which it does not work; it says what it held before, and what it holds with them. */
await runProcess({ name: 'attendant' }, async ({ log, connect }) => {
  const nc = await connect()
  const writer = randomUUID()
  const tasks = new TaskLog(jetstream(nc), await jetstreamManager(nc), await Snapshots.open(nc, log), writer)
  const before = await settledMemory()
  const { keeper } = await Keeper.start(nc, signingDomain(31337, `0x${'11'.repeat(20)}`), `0x${'22'.repeat(32)}`, log)
  const openTasks = new OpenTasks()
  const records = new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }])
  await attend({ nc, log, tasks, handle: handleWith(tasks), hearing: new Hearing(), keeper }, writer, {
    heedEntry: () => {},
    heedDemand: ({ taskId }, demand) => openTasks.heed(taskId, demand),
    heedDeeds: deeds => records.take(deeds),
    hearFirst: async () => {},
  })
  announceReady({ before, after: await settledMemory() })
})
