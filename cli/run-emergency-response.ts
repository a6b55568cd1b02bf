import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Hazard } from '../agents/hazard/hazard.ts'
import type { Task } from '../coordinator/flow/state.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { apiKeysFile, createApiKey } from '../operator/api-keys.ts'
import type { EntenteError } from '../protocol/errors.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { type Consortium, startConsortium } from '../scenarios/consortium/start-consortium.ts'
import { castOf } from '../scenarios/emergency-response/cast.ts'
import { prepare, respond } from '../scenarios/emergency-response/respond.ts'
import type { Config } from '../stack/config.ts'
import { openLog } from '../stack/log.ts'
import { onShutdown, shutDown } from '../stack/shutdown.ts'
import { exitCodeOf, exitCodeOfTask, exitCodes } from './exit-codes.ts'
import { keepBundle } from './keep-bundle.ts'
import type { View } from './view/view.ts'

export interface RunOptions {
  readonly faulty: 'lie' | 'silent' | null
  readonly keep: boolean
  readonly out: string
}

/** From a hazard to a verified bundle, on a consortium that is started for it; then all is stopped again. */
export async function runEmergencyResponse(
  hazard: Hazard,
  config: Config,
  options: RunOptions,
  view: View,
): Promise<void> {
  const dir = dataFolder(config)
  let hasFailed = false
  onShutdown(() => (hasFailed ? view.logsKept(join(dir, 'logs')) : rmSync(dir, { recursive: true, force: true })))
  const fail = (error: unknown) => {
    const code = exitCodeOf(error)
    // That no response is opened is an outcome like any other; only what failed needs its logs.
    hasFailed ||= code === exitCodes.failed
    view.failed(error)
    return shutDown(code)
  }
  try {
    const onDeath = (death: EntenteError) => void fail(death)
    const cast = castOf(options.faulty)
    const consortium = await startConsortium({ config, cast, dir, onStep: view.step, onDeath })
    onShutdown(() => consortium.stop())
    view.step('agreeing on the response plan')
    const planId = await prepare(consortium)
    const log = openLog('scenario', config, join(dir, 'logs', 'scenario.log'))
    const task = await respond(consortium, planId, hazard, view.watcher(consortium), log)
    const code = await conclude(consortium, task, options, view)
    if (!options.keep) return await shutDown(code)
    const key = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'operator', 'whoever started this run')
    view.keeping(consortium, key)
  } catch (error) {
    await fail(error)
  }
}

async function conclude(consortium: Consortium, task: Task, { out }: RunOptions, view: View): Promise<number> {
  const { path, bundle } = await keepBundle(consortium.nc, task, out)
  const report = await verifyBundle(bundle, { rpcUrl: consortium.stack.urls.chain, authorize: authorizeByCedar })
  await view.outcome(consortium, task, path, report)
  return exitCodeOfTask(task, report)
}

/** A folder of this run alone: a response plan answers an alert once, and a demonstration is run more than once. */
function dataFolder({ ENTENTE_DATA }: Config): string {
  mkdirSync(ENTENTE_DATA, { recursive: true })
  return mkdtempSync(join(resolve(ENTENTE_DATA), 'run-'))
}
