import { agent, skill } from '../sdk/define.ts'
import { composeResponse } from './compose-response.ts'
import { Response, ResponseInput } from './response.ts'

export default agent({
  name: 'emergency-management',
  description: 'Makes one response, with priorities and open risks, of what every department says.',
  skills: [
    skill({
      name: 'compose-response',
      version: '1.0.0',
      description: 'Objectives, actions, timeline, figures and risks for a duty officer to act on.',
      input: ResponseInput,
      output: Response,
      price: 40_000_000n,
      run: composeResponse,
    }),
  ],
})
