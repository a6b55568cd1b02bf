import { agent } from '../sdk/define.ts'
import { blend } from './blend.ts'
import { attestBy, forecastThreat } from './weather-skill.ts'

export default agent({
  name: 'national-weather',
  description: 'Forecasts storms by a blend of persistence and climatology.',
  skills: [forecastThreat(blend, 40_000_000n)],
  attests: attestBy(blend),
})
