import { agent } from '../sdk/define.ts'
import { persistence } from './persistence.ts'
import { attestBy, forecastThreat } from './weather-skill.ts'

export default agent({
  name: 'naval-meteorology',
  description: 'Forecasts storms by the persistence of their motion.',
  skills: [forecastThreat(persistence, 40_000_000n)],
  attests: attestBy(persistence),
})
