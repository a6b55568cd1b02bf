import { fileURLToPath } from 'node:url'
import type { Hazard } from '../agents/hazard/hazard.ts'
import { readHazardFile } from '../agents/hazard/read-hazard-file.ts'
import { requireThreat } from '../agents/weather/require-threat.ts'
import { EntenteError } from '../protocol/errors.ts'

/** Which hazard a run is about, as the command line says it. */
export interface HazardOptions {
  readonly storm?: string
  readonly alert?: string
  readonly at?: string
}

const katrina = new URL('../scenarios/emergency-response/data/storms/hurdat2-katrina-2005.csv', import.meta.url)
const katrinaAt = '2005-08-28T12:00Z'

/**
 * Reads the hazard, before anything is started: Katrina unless another is named, as of now unless `at` says when.
 * @throws EntenteError COMMAND_INVALID, and whatever is wrong with the file or speaks against a response
 */
export async function hazardOf(options: HazardOptions): Promise<Hazard> {
  const { storm, alert } = options
  if (storm && alert) throw new EntenteError('COMMAND_INVALID', 'give --storm or --alert, not both')
  const hazard = await readHazardFile(storm ?? alert ?? fileURLToPath(katrina), {
    at: timeOf(options),
    now: new Date(),
  })
  requireThreat(hazard)
  return hazard
}

function timeOf({ storm, alert, at }: HazardOptions): Date | 'sent' {
  const text = at ?? (storm || alert ? undefined : katrinaAt)
  if (text === undefined) return new Date()
  if (text === 'sent' && alert) return 'sent'
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) {
    throw new EntenteError('COMMAND_INVALID', `--at takes an ISO 8601 time${alert ? ', or sent' : ''}, not ${text}`)
  }
  return time
}
