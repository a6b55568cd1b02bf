import { agent } from '../../../agents/sdk/define.ts'
import { assessRegion } from './assess-region.ts'

export default agent({
  name: 'gulf-region',
  description: 'The health desk of one region; counts for the others too, so that nobody is judged by itself alone.',
  skills: [assessRegion],
})
