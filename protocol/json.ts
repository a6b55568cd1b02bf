import { z } from 'zod'
import type { Json } from './canonical.ts'

/** Any JSON value, as payloads are: what it must look like is the skill's schema to say, not the protocol's. */
export const JsonValue = z.json() as unknown as z.ZodType<Json>
