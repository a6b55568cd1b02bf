import type { Language } from './notice.ts'

export const months = 'January February March April May June July August September October November December'.split(' ')

/** A moment as a reader says it: `11:10 UTC on 29 August 2005`, `协调世界时2005年8月29日11:10`. */
export function utcTime(iso: string, language: Language): string {
  const time = new Date(iso)
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()]
  const clock = time.toISOString().slice(11, 16)
  return language === 'en'
    ? `${clock} UTC on ${day} ${months[month]} ${year}`
    : `协调世界时${year}年${month + 1}月${day}日${clock}`
}
