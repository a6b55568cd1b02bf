import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { alertCodes } from '../../protocol/alert.ts'
import { priorities } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const Figures = z
  .object({
    openTasks: z.record(z.string(), z.int()).describe('By requesting domain; of response plans under an empty name'),
    waiting: z
      .record(z.enum(priorities), z.int())
      .describe('Subtasks that wait for a free agent, by class; of one task and skill at most 16 are counted'),
    starving: z.int().describe('Of these, how many were warned of'),
    alerts: z.record(z.enum(alertCodes), z.int()).describe('Alerts that are raised, by code'),
    atWork: z.record(z.string(), z.int()).describe('Assignments in hand, by agent'),
  })
  .meta({ id: 'Figures' })

export const figureRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc }) => {
  app.get(
    '/v1/figures',
    {
      config: { callers: callers.all },
      schema: {
        tags: ['Tasks'],
        summary: 'How busy the coordinators and agents are now',
        response: { 200: Figures, default: Problem },
      },
    },
    async () => Figures.parse(await sendCommand(nc, 'figures', {})),
  )
}
