import type { AffectedState } from '../emergency/response.ts'
import { adviceZh } from './advice.ts'
import { eventNameZh } from './event-name-zh.ts'
import type { NoticeInput, Wording } from './notice.ts'
import { stateName } from './state-names.ts'
import { utcTime } from './utc-time.ts'
import { kmh } from './word-en.ts'

/** CAP's severities, as Chinese warnings grade them. */
const severities = { Unknown: '未知', Minor: '轻微', Moderate: '中等', Severe: '严重', Extreme: '特别严重' } as const

/** The notice in Chinese, from a template: the same facts as in English. */
export function wordZh({ hazard, response }: NoticeInput): Wording {
  const event = eventNameZh(hazard)
  const states = response.affected.map(({ state }) => stateName(state, 'zh'))
  const where = states.length > 0 ? `包括${states.join('、')}部分区域在内的地区` : '下列地区'
  const asOf = utcTime(hazard.asOf, 'zh')
  const isStorm = hazard.fixes.length > 0
  return {
    headline: `${hazard.replay ? '【演习】' : ''}${event}${isStorm ? '威胁' : '警报：'}${where}`,
    text: [
      hazard.replay ? '本通告为重现历史事件的演习，公众无需采取行动。' : '',
      isStorm ? `截至${asOf}，${event}威胁${where}，` : `截至${asOf}，${event}警报对${where}有效，`,
      `严重程度为“${severities[hazard.severity]}”。`,
      windsZh(response),
      hospitalsZh(response),
      `本通告有效期至${utcTime(response.expires, 'zh')}。`,
    ].join(''),
    places: response.affected.map(placesOf).join('\n') || response.areas.map(area => area.description).join('\n'),
    instruction: adviceZh(hazard.kind) + (hazard.instruction ? `警报发布机构原文：${hazard.instruction.trim()}` : ''),
    wordedBy: 'template',
  }
}

function windsZh({ landfall, galesFrom, hurricaneFrom }: NoticeInput['response']): string {
  const sentences: string[] = []
  if (landfall) {
    const place = `${degrees(landfall.lat, '北纬', '南纬')}、${degrees(landfall.lon, '东经', '西经')}`
    sentences.push(
      `预计其中心将于${utcTime(landfall.at, 'zh')}前后在${place}附近登陆，` +
        `登陆时最大风速${Math.round(landfall.windKt)}节（每小时${kmh(landfall.windKt)}公里）。`,
    )
  }
  if (galesFrom) sentences.push(`大风最早可能于${utcTime(galesFrom, 'zh')}到达。`)
  if (hurricaneFrom) sentences.push(`飓风级强风可能自${utcTime(hurricaneFrom, 'zh')}起到达。`)
  return sentences.join('')
}

function hospitalsZh({ figures }: NoticeInput['response']): string {
  const { movingHospitals: moving, shelteringHospitals: staying } = figures
  return [
    moving > 0 ? `${moving}家医院正在将病人转移到受威胁地区以外。` : '',
    staying > 0 ? `受威胁地区内有${staying}家医院继续开放，就地防护。` : '',
  ].join('')
}

/** County names stay in Latin letters, as road signs have them. */
function placesOf({ state, hurricane, gale, alerted }: AffectedState): string {
  const parts = [
    hurricane.length > 0 && `飓风级强风：${hurricane.join('、')}`,
    gale.length > 0 && `大风：${gale.join('、')}`,
    alerted.length > 0 && alerted.join('、'),
  ]
  return `${stateName(state, 'zh')}——${parts.filter(part => part !== false).join('；')}。`
}

function degrees(value: number, positive: string, negative: string): string {
  return `${value < 0 ? negative : positive}${Math.abs(value).toFixed(1)}度`
}
