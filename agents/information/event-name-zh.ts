import type { Hazard } from '../hazard/hazard.ts'

/** The title that a storm's event begins with (../hazard/read-track.ts), in Chinese. */
const titles: readonly (readonly [string, string])[] = [
  ['Hurricane', '飓风'],
  ['Tropical Storm', '热带风暴'],
  ['Tropical Depression', '热带低压'],
  ['Post-Tropical Cyclone', '温带气旋'],
  ['Subtropical Storm', '亚热带风暴'],
  ['Subtropical Depression', '亚热带低压'],
  ['Tropical Wave', '热带波'],
  ['Low', '低压'],
  ['Disturbance', '热带扰动'],
  ['Storm', '风暴'],
]

/** The kinds of ../hazard/event-kind.ts. */
const kinds: Readonly<Record<string, string>> = {
  avalanche: '雪崩',
  chemical: '化学品事故',
  cold: '严寒',
  drought: '干旱',
  earthquake: '地震',
  fire: '火灾',
  flood: '洪水',
  heat: '高温',
  hurricane: '飓风',
  landslide: '山体滑坡',
  radiation: '核辐射事故',
  rain: '强降雨',
  snow: '暴雪',
  'storm-surge': '风暴潮',
  thunderstorm: '雷暴',
  tornado: '龙卷风',
  tsunami: '海啸',
  visibility: '低能见度',
  volcano: '火山',
  wind: '大风',
}

/** `飓风“Katrina”` of a storm; of an alert its kind, and the issuer's own words: `海啸（Tsunami Warning）`. */
export function eventNameZh({ event, kind, fixes }: Pick<Hazard, 'event' | 'kind' | 'fixes'>): string {
  const title = fixes.length > 0 ? titles.find(([en]) => event.startsWith(`${en} `)) : undefined
  if (title) return `${title[1]}“${event.slice(title[0].length + 1)}”`
  return `${Object.hasOwn(kinds, kind) ? kinds[kind] : '紧急事件'}（${event}）`
}
