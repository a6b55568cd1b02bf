import { agent } from '../sdk/define.ts'
import { climatology } from './climatology.ts'
import { attestBy, forecastThreat } from './weather-skill.ts'

export default agent({
  name: 'coastal-institute',
  description: 'Forecasts storms by the climatology of past storms.',
  skills: [forecastThreat(climatology, 40_000_000n)],
  attests: attestBy(climatology),
})
