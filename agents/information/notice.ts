import { z } from 'zod'
import { Response } from '../emergency/response.ts'
import { Hazard } from '../hazard/hazard.ts'

/** What the public reads, in each language, and the same as a CAP 1.2 alert for machines to carry on. */

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export const Wording = z.object({
  headline: z.string(),
  text: z.string(),
  /** The places, one state a line; never reworded. */
  places: z.string(),
  /** What to do; never reworded: it is safety advice. */
  instruction: z.string(),
  /** `template`, or the name of the model that reworded headline and text. */
  wordedBy: z.string(),
})
export type Wording = z.infer<typeof Wording>

export const Notice = z.object({
  en: Wording,
  zh: Wording,
  /** CAP 1.2, XML in UTF-8. */
  cap: z.string(),
})
export type Notice = z.infer<typeof Notice>

export const NoticeInput = z.object({ hazard: Hazard, response: Response })
export type NoticeInput = z.infer<typeof NoticeInput>
