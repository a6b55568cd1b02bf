import { z } from 'zod'
import { factsOf } from '../hazard/attest.ts'
import { Hazard } from '../hazard/hazard.ts'
import { type AlertFacts, type Skill, skill } from '../sdk/define.ts'
import { forecast } from './forecast.ts'
import type { Method } from './method.ts'
import { threatensLand } from './require-threat.ts'
import { Threat } from './threat.ts'

const Input = z.object({ hazard: Hazard })

/** The skill that every weather agency offers, each by its own method and at its own price. */
export function forecastThreat(method: Method, price: bigint): Skill<z.infer<typeof Input>, Threat> {
  return skill({
    name: 'forecast-threat',
    version: '1.0.0',
    description: 'Where and when a hazard strikes: landfall, wind, and the area of gale and hurricane winds by hour.',
    input: Input,
    output: Threat,
    price,
    run: ({ hazard }) => forecast(hazard, method),
  })
}

/** An agency attests what the bulletin bears out, and only where its own forecast sees land threatened. */
export function attestBy(method: Method): (bulletin: unknown) => AlertFacts | null {
  return bulletin => {
    const facts = factsOf(bulletin)
    return facts && threatensLand(bulletin as Hazard, method) ? facts : null
  }
}
