import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readHazardFile } from '../agents/hazard/read-hazard-file.ts'
import { requireThreat } from '../agents/weather/require-threat.ts'
import type { Task } from '../coordinator/flow/state.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { EntenteError } from '../protocol/errors.ts'
import { type Consortium, startConsortium } from '../scenarios/consortium/start-consortium.ts'
import { castOf } from '../scenarios/emergency-response/cast.ts'
import { prepare, respond } from '../scenarios/emergency-response/respond.ts'
import { getArtifact } from '../stack/artifacts.ts'
import { type Config, readConfig } from '../stack/config.ts'
import { openLog } from '../stack/log.ts'
import { onShutdown, shutDown } from '../stack/shutdown.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { openView, type View } from './view/open-view.ts'

export interface RunOptions {
  readonly storm?: string
  readonly alert?: string
  readonly at?: string
  readonly faulty?: string
  readonly approve?: boolean
  readonly keep?: boolean
  readonly json?: boolean
  readonly out: string
}

const katrina = new URL('../scenarios/emergency-response/data/storms/hurdat2-katrina-2005.csv', import.meta.url)
const katrinaAt = '2005-08-28T12:00Z'

/** `entente run emergency-response`: from a file with a hazard to a verified bundle; then all is stopped again. */
export async function runEmergencyResponse(options: RunOptions): Promise<void> {
  const config = readConfig(process.env)
  const faulty = faultOf(options)
  const hazard = await readHazardFile(fileOf(options), { at: timeOf(options), now: new Date() })
  requireThreat(hazard)
  const view = openView(options)
  const dir = dataFolder(config)
  onShutdown(() => rmSync(dir, { recursive: true, force: true }))
  try {
    const cast = castOf(faulty)
    const onDeath = (death: EntenteError) => void fail(view, death)
    view.hazard(hazard)
    const consortium = await startConsortium({ config, cast, dir, onStep: view.step, onDeath })
    onShutdown(() => consortium.stop())
    view.step('agreeing on the response plan')
    const planId = await prepare(consortium)
    const log = openLog('scenario', config, join(dir, 'logs', 'scenario.log'))
    const task = await respond(consortium, planId, hazard, view.watcher(consortium), log)
    const code = await conclude(consortium, task, options, view)
    if (!options.keep) return await shutDown(code)
    view.keeping(consortium)
  } catch (error) {
    await fail(view, error)
  }
}

async function conclude(consortium: Consortium, task: Task, { out }: RunOptions, view: View): Promise<number> {
  const bytes = await getArtifact(consortium.nc, task.proven!.bundle)
  const path = join(out, `${task.taskId}.bundle.json`)
  mkdirSync(resolve(out), { recursive: true })
  writeFileSync(path, bytes)
  const report = await verifyBundle(JSON.parse(Buffer.from(bytes).toString('utf8')), {
    rpcUrl: consortium.stack.urls.chain,
  })
  await view.outcome(consortium, task, path, report)
  if (task.state !== 'completed') return exitCodes.taskEnded
  return report.ok ? exitCodes.done : exitCodes.notVerified
}

async function fail(view: View, error: unknown): Promise<never> {
  view.failed(error)
  return shutDown(exitCodeOf(error))
}

/** A folder of this run alone: a response plan answers an alert once, and a demonstration is run more than once. */
function dataFolder({ ENTENTE_DATA }: Config): string {
  mkdirSync(ENTENTE_DATA, { recursive: true })
  return mkdtempSync(join(resolve(ENTENTE_DATA), 'run-'))
}

function fileOf({ storm, alert }: RunOptions): string {
  if (storm && alert) throw new EntenteError('COMMAND_INVALID', 'give --storm or --alert, not both')
  return storm ?? alert ?? fileURLToPath(katrina)
}

function timeOf({ storm, alert, at }: RunOptions): Date | 'sent' {
  const text = at ?? (storm || alert ? undefined : katrinaAt)
  if (text === undefined) return new Date()
  if (text === 'sent' && alert) return 'sent'
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) {
    throw new EntenteError('COMMAND_INVALID', `--at takes an ISO 8601 time${alert ? ', or sent' : ''}, not ${text}`)
  }
  return time
}

function faultOf({ faulty }: RunOptions): 'lie' | 'silent' | null {
  if (faulty === undefined) return null
  if (faulty === 'lie' || faulty === 'silent') return faulty
  throw new EntenteError('COMMAND_INVALID', `--faulty takes lie or silent, not ${faulty}`)
}
