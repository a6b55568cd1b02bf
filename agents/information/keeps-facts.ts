import { eventNameZh } from './event-name-zh.ts'
import type { Language, NoticeInput } from './notice.ts'
import { stateName } from './state-names.ts'
import { months } from './utc-time.ts'

/** What was lost or added in another wording, in words; null when nothing was. */
export type Loss = string | null

/** A reworded text may grow to so many times the template's. */
const mostLonger = 2

/**
 * Whether another wording still says what the template says: the same numbers (figures, times, positions) in the same
 * order and no other, every name, and the same language. Order matters: two figures that change places are both still
 * there. It cannot see a negation; so safety advice is never reworded at all.
 */
export function keepsFacts(template: string, reworded: string, names: readonly string[], language: Language): Loss {
  if (reworded.length > template.length * mostLonger) return 'it is more than twice as long'
  if (/\p{Script=Han}/u.test(reworded) !== (language === 'zh')) return `it is not in the language ${language}`
  const [given, kept] = [numbersIn(template), numbersIn(reworded)]
  const missing = given.find(number => !kept.includes(number))
  if (missing !== undefined) return `${missing} is missing`
  const added = kept.find(number => !given.includes(number))
  if (added !== undefined) return `${added} was added`
  if (given.join() !== kept.join()) return 'its numbers are not in the same order'
  const lost = names.find(name => template.includes(name) && !reworded.toLowerCase().includes(name.toLowerCase()))
  return lost === undefined ? null : `"${lost}" is missing`
}

/** The names that a text of this notice must keep where it has them: event, states, months, that it is an exercise. */
export function namesOf({ hazard, response }: NoticeInput, language: Language): string[] {
  const states = response.affected.map(({ state }) => stateName(state, language))
  return language === 'en'
    ? [hazard.event, hazard.severity, ...states, ...months, 'exercise', 'EXERCISE', 'UTC', 'knots', 'km/h']
    : [eventNameZh(hazard), ...states, '演习', '协调世界时', '北纬', '南纬', '东经', '西经', '节', '公里']
}

/** `24`, `29.3`, `11:10`; a full stop or colon counts only between digits. */
function numbersIn(text: string): string[] {
  return text.match(/\d+(?:[.:]\d+)*/g) ?? []
}
