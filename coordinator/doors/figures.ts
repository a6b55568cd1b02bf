import { z } from 'zod'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'
import type { Attendant } from '../room/attendant.ts'
import type { OpenAlerts } from '../warning/open-alerts.ts'

/** How busy the coordinators are: any of them knows, because all know the same. */
export function figuresDoor({ nc, log, openTasks }: World, attendant: Attendant, alerts: Pick<OpenAlerts, 'count'>) {
  const service = { subject: subjects.command('figures'), queue: 'coordinator', schema: z.unknown(), log }
  return serve(nc, service, async () => ({
    openTasks: openTasks.byDomain(),
    ...attendant.figures(),
    alerts: alerts.count(),
  }))
}
