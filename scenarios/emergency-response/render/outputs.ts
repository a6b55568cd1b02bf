import { z } from 'zod'
import { Response } from '../../../agents/emergency/response.ts'
import { Evacuation } from '../../../agents/health/evacuation.ts'
import { Notice } from '../../../agents/information/notice.ts'
import { Schedule } from '../../../agents/transport/schedule.ts'
import { Threat } from '../../../agents/weather/threat.ts'

/** The task's output, under the names that the template gives. */
export const Outputs = z.object({
  threat: Threat,
  evacuation: Evacuation,
  transport: Schedule,
  response: Response,
  notice: Notice,
})
export type Outputs = z.infer<typeof Outputs>

/** How a text is printed; colours are the caller's affair. */
export interface Look {
  /** Columns of the terminal. */
  readonly columns: number
  readonly style?: { readonly title: (text: string) => string; readonly strong: (text: string) => string }
}
