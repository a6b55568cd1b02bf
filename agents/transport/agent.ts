import { agent, skill } from '../sdk/define.ts'
import { fleet } from './fleet.ts'
import { Schedule, ScheduleInput } from './schedule.ts'
import { scheduleTransfers } from './schedule-transfers.ts'

export default agent({
  name: 'transport-department',
  description: 'Runs the ambulances, vans and helicopters that bring patients to safety before the winds come.',
  capacity: Object.fromEntries(fleet.map(({ kind, count }) => [`${kind}s`, { total: count, unit: kind }])),
  skills: [
    skill({
      name: 'schedule-transfers',
      version: '1.0.0',
      description: 'Orders the transfers of an evacuation by road and air against the hours left before gale winds.',
      input: ScheduleInput,
      output: Schedule,
      price: 60_000_000n,
      run: ({ evacuation }) => scheduleTransfers(evacuation),
    }),
  ],
})
