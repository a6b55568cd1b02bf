import { agent, skill } from '../sdk/define.ts'
import { Evacuation, EvacuationInput } from './evacuation.ts'
import { planEvacuation } from './plan-evacuation.ts'
import { loadRegistry } from './registry.ts'

export default agent({
  name: 'health-department',
  description: 'Knows the hospitals of its states: who must move, who shelters, and who can take patients in.',
  skills: [
    skill({
      name: 'plan-evacuation',
      version: '1.0.0',
      description: 'Finds the hospitals in the threatened area and assigns their patients to free beds outside it.',
      input: EvacuationInput,
      output: Evacuation,
      price: 60_000_000n,
      run: async input => planEvacuation(input, await loadRegistry()),
    }),
  ],
})
