import { EntenteError } from '../../protocol/errors.ts'
import type { Hazard } from '../hazard/hazard.ts'
import { blend } from './blend.ts'
import { kmToLand } from './coast.ts'
import { forecast } from './forecast.ts'
import type { Method } from './method.ts'
import { kmPerNm } from './sphere.ts'

/**
 * Whether a hazard threatens land by a method's reckoning: an alert always does, by its own word; a storm does when its
 * gales, at their widest, come within reach of the coast in the hours of the forecast.
 */
export function threatensLand(hazard: Hazard, method: Method): boolean {
  if (hazard.source.format !== 'HURDAT2') return true
  return forecast(hazard, method).hours.some(({ lat, lon, galeNm }) => {
    const reachKm = Math.max(...Object.values(galeNm)) * kmPerNm
    return reachKm > 0 && kmToLand({ lat, lon }) <= reachKm
  })
}

/**
 * Refuses a storm that by the blend of methods dissipates or stays away from land, before anybody is asked to attest
 * it.
 * @throws TRACK_NO_THREAT
 */
export function requireThreat(hazard: Hazard): void {
  if (threatensLand(hazard, blend)) return
  const why = 'within 72 hours no gale-force wind is forecast to reach the coast of the United States'
  throw new EntenteError('TRACK_NO_THREAT', `${hazard.headline}: ${why}`)
}
