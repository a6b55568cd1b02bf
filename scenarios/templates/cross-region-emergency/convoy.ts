import { z } from 'zod'

/** A move of patients that is on its way, by road or by air. */
export const Convoy = z.object({ from: z.string(), to: z.string(), beds: z.int(), vehicles: z.int() })
