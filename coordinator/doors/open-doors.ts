import type { Hex } from '../../protocol/hash.ts'
import { streams } from '../../protocol/subjects.ts'
import type { Terms } from '../../protocol/task.ts'
import type { Supervision } from '../../stack/supervision.ts'
import type { Take } from '../consume.ts'
import type { Limits } from '../limits.ts'
import type { World } from '../react/context.ts'
import { settleAgain, settlementLetter } from '../react/settle.ts'
import type { Attendant } from '../room/attendant.ts'
import type { OpenAlerts } from '../warning/open-alerts.ts'
import { answerDoor } from './answer.ts'
import { approveDoor } from './approve.ts'
import { deadWorkConsumer, deadWorkDoor } from './dead-work.ts'
import { figuresDoor } from './figures.ts'
import { measuresConsumer, measuresDoor } from './measures.ts'
import { openingsConsumer, openingsDoor } from './openings.ts'
import { resultsConsumer, resultsDoor } from './results.ts'
import { retryDeadDoor } from './retry-dead.ts'
import { signalDoor } from './signal.ts'
import { cancelDoor, pauseDoor, resumeDoor } from './stop.ts'
import { submitDoor } from './submit.ts'
import { hearAgain } from './told-again.ts'
import { withdrawalsConsumer, withdrawalsDoor } from './withdrawals.ts'

export interface DoorsOptions {
  readonly world: World
  readonly attendant: Attendant
  readonly alerts: OpenAlerts
  readonly supervision: Supervision
  /** Under which a task is taken in now. */
  readonly terms: () => Terms
  readonly limits: Limits
  /** Calls back with each message to the chain whose outcome is told again. */
  readonly onToldAgain: (heed: (messageId: Hex) => void) => void
}

/** Opens all ways by which something comes to this coordinator: what is asked of it, and the streams that coordinators share. */
export async function openDoors(options: DoorsOptions) {
  const { world, attendant, alerts, supervision, terms, limits, onToldAgain } = options
  const commands = [
    submitDoor(world, terms, limits),
    approveDoor(world),
    cancelDoor(world),
    pauseDoor(world),
    resumeDoor(world),
    signalDoor(world),
    answerDoor(world),
    figuresDoor(world, attendant, alerts),
  ]
  const [results, openings, withdrawals, measures, deadWork] = await Promise.all([
    resultsDoor(world),
    openingsDoor(world, terms),
    withdrawalsDoor(world),
    measuresDoor(world, supervision),
    deadWorkDoor(world),
  ])
  const readers = [results, openings, withdrawals, measures, deadWork]
  const takes = new Map<string, Take>([
    [`${streams.results}/${resultsConsumer}`, results.take],
    [`${streams.chainEvents}/${openingsConsumer}`, openings.take],
    [`${streams.chainEvents}/${withdrawalsConsumer}`, withdrawals.take],
    [`${streams.alerts}/${measuresConsumer}`, measures.take],
    [`${streams.advisories}/${deadWorkConsumer}`, deadWork.take],
    [`${streams.tasks}/${settlementLetter}`, ({ subject }) => settleAgain(world, subject.split('.')[2] as Hex)],
  ])
  onToldAgain(messageId => {
    hearAgain(world, messageId).catch((error: unknown) =>
      world.log.warn({ err: error, messageId }, 'that an outcome was acted on is said when it is told again'),
    )
  })
  const doors = [...commands, retryDeadDoor(world, takes)]
  return {
    async stop(): Promise<void> {
      await Promise.allSettled(doors.map(door => door.drain()))
      await Promise.allSettled(readers.map(reader => reader.stop()))
    },
  }
}
