import { type Alert, AlertEntry } from '../../protocol/alert.ts'
import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { addressOf } from '../../protocol/sign.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import {
  type MeasureCause,
  reasonOfMeasure,
  referenceToSupervision,
  type SupervisionPolicy,
} from '../../protocol/supervision.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { Supervision } from '../../stack/supervision.ts'
import { consume } from '../consume.ts'
import { isEnded } from '../flow/state.ts'
import type { World } from '../react/context.ts'

/** The durable consumer by which coordinators share alerts. */
export const measuresConsumer = 'coordinator-measures'

/**
 * Does to a task what the supervision policy in force says of an alert that was raised: one coordinator does, and another if
 * that one dies. An alert that is over by then asks for nothing any more.
 */
export function measuresDoor(world: World, supervision: Supervision) {
  return consume(world, {
    stream: streams.alerts,
    durable: measuresConsumer,
    subject: subjects.alert('*', '*'),
    keyOf: message => message.subject,
    async take({ subject, data }) {
      const entry = parseJson(AlertEntry, data)
      const policy = supervision.current()
      if (entry?.kind !== 'raised' || !policy || !asksToPause(policy, entry.alert)) return
      if (await isRaised(world, subject, entry.alert)) await pauseFor(world, policy, entry.alert)
    },
  })
}

function asksToPause({ measures }: SupervisionPolicy, { code }: Alert): boolean {
  return measures.some(measure => measure.do === 'pause-task' && measure.on === code)
}

async function isRaised({ jsm }: World, subject: string, { alertId }: Alert): Promise<boolean> {
  const last = await jsm.streams.getMessage(streams.alerts, { last_by_subj: subject })
  const entry = last && parseJson(AlertEntry, last.data)
  return entry?.kind === 'raised' && entry.alert.alertId === alertId
}

/** Signed as of when the alert was raised: done twice it is done once, and who resumes the task has the last word. */
async function pauseFor(world: World, policy: SupervisionPolicy, alert: Alert): Promise<void> {
  const { domain, privateKey, handle, log } = world
  const { taskId } = alert.about
  if (!taskId) return
  const cause: MeasureCause = { alert, policy: referenceToSupervision(policy), on: alert.code, do: 'pause-task' }
  const reason = reasonOfMeasure(cause)
  const signedAtMs = alert.raisedAtMs
  const signature = signDocument(domain, 'Pause', { taskId, reason, atMs: signedAtMs }, privateKey)
  const by = { signer: addressOf(privateKey), signedAtMs, signature }
  try {
    await handle(taskId, task =>
      isEnded(task) || !task.submitted ? null : { type: 'pause', atMs: Date.now(), reason, by, cause },
    )
    log.warn({ taskId, code: alert.code, alertId: alert.alertId }, 'the task is paused, as the supervision policy says')
  } catch (error) {
    // Somebody has paused or resumed it since.
    if (!(error instanceof EntenteError && error.code === 'REQUEST_STALE')) throw error
  }
}
