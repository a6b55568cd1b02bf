import { hospitalCount } from '../emergency/hospital-count.ts'
import type { AffectedState } from '../emergency/response.ts'
import { kmPerNm } from '../weather/sphere.ts'
import { adviceEn } from './advice.ts'
import type { NoticeInput, Wording } from './notice.ts'
import { stateName } from './state-names.ts'
import { utcTime } from './utc-time.ts'

/** The notice in English, from a template: whole sentences, no figure that the response does not have. */
export function wordEn({ hazard, response }: NoticeInput): Wording {
  const states = response.affected.map(({ state }) => stateName(state, 'en'))
  const where = states.length > 0 ? `an area that includes parts of ${list(states)}` : 'the area named below'
  const asOf = utcTime(hazard.asOf, 'en')
  const isStorm = hazard.fixes.length > 0
  return {
    headline: `${hazard.replay ? 'EXERCISE: ' : ''}${hazard.event} ${isStorm ? 'threatens' : 'for'} ${where}`,
    text: [
      ...(hazard.replay ? ['This is an exercise that replays a past event; nobody needs to act on it.'] : []),
      isStorm
        ? `As of ${asOf}, ${hazard.event} threatens ${where}.`
        : `As of ${asOf}, ${hazard.event} is in force for ${where}.`,
      `Its severity is ${hazard.severity}.`,
      ...windsEn(response),
      ...hospitalsEn(response),
      `This notice holds until ${utcTime(response.expires, 'en')}.`,
    ].join(' '),
    places: response.affected.map(placesOf).join('\n') || response.areas.map(area => area.description).join('\n'),
    instruction:
      adviceEn(hazard.kind) + (hazard.instruction ? ` The issuer of the alert says: ${hazard.instruction.trim()}` : ''),
    wordedBy: 'template',
  }
}

function windsEn({ landfall, galesFrom, hurricaneFrom }: NoticeInput['response']): string[] {
  const sentences: string[] = []
  if (landfall) {
    const place = `${degrees(landfall.lat, 'N', 'S')}, ${degrees(landfall.lon, 'E', 'W')}`
    sentences.push(
      `Its centre is expected to cross the coast near ${place} at about ${utcTime(landfall.at, 'en')}, ` +
        `with winds of ${Math.round(landfall.windKt)} knots (${kmh(landfall.windKt)} km/h).`,
    )
  }
  if (galesFrom) sentences.push(`Gale winds may reach the first places at ${utcTime(galesFrom, 'en')}.`)
  if (hurricaneFrom) sentences.push(`Hurricane-force winds may follow from ${utcTime(hurricaneFrom, 'en')}.`)
  return sentences
}

function hospitalsEn({ figures }: NoticeInput['response']): string[] {
  const { movingHospitals: moving, shelteringHospitals: staying } = figures
  return [
    ...(moving > 0 ? [`${hospitalCount(moving)} ${moving === 1 ? 'is' : 'are'} moving patients out of the area.`] : []),
    ...(staying > 0
      ? [`${hospitalCount(staying)} in the area ${staying === 1 ? 'stays' : 'stay'} open and shelter in place.`]
      : []),
  ]
}

function placesOf({ state, hurricane, gale, alerted }: AffectedState): string {
  const parts = [
    hurricane.length > 0 && `hurricane-force winds in ${hurricane.join(', ')}`,
    gale.length > 0 && `gale winds in ${gale.join(', ')}`,
    alerted.length > 0 && alerted.join(', '),
  ]
  return `${stateName(state, 'en')}: ${parts.filter(part => part !== false).join('; ')}.`
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function degrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(1)}° ${value < 0 ? negative : positive}`
}

/** Knots in whole kilometres an hour: a knot is one nautical mile an hour. */
export function kmh(windKt: number): number {
  return Math.round(windKt * kmPerNm)
}
