/**
 * What to do, in English and Chinese, by kind of hazard: short imperatives on which the public guidance of civil
 * protection agencies (ready.gov and others) agrees. Never reworded by a model.
 */
type Advice = readonly [en: string, zh: string]

const wind: Advice = [
  'If you are told to leave, leave at once and go inland. If you stay, keep indoors, away from windows, until the wind has passed; the calm in the eye is not the end. Never drive through water.',
  '接到撤离通知后，请立即向内陆撤离。如留在原地，请待在室内并远离窗户，直到大风完全过去；风眼经过时的平静并不表示危险结束。切勿驾车涉水。',
]

const advice: Readonly<Record<string, Advice>> = {
  hurricane: wind,
  'storm-surge': wind,
  tsunami: [
    'Go to high ground or inland at once, on foot if you can. Stay away from the shore until the authorities say that it is safe; the first wave is often not the largest.',
    '请立即前往高处或内陆，尽量步行。在当局宣布安全之前，请勿靠近海岸；第一波海浪往往不是最大的。',
  ],
  flood: [
    'Move to higher ground. Do not walk, swim or drive through flood water. Leave at once if you are told to.',
    '请转移到高处。切勿在洪水中步行、游泳或驾车。接到撤离通知后，请立即撤离。',
  ],
  earthquake: [
    'Drop, cover and hold on while the ground shakes. Expect aftershocks; keep away from damaged buildings.',
    '地面晃动时，请伏地、遮挡、抓牢。注意防范余震，远离受损建筑。',
  ],
  tornado: [
    'Go to a cellar or an inner room on the lowest floor, away from windows, and cover your head.',
    '请前往地下室或最低楼层没有窗户的房间，并保护头部。',
  ],
  fire: [
    'Leave at once if you are told to. Close windows and doors as you go; keep low where there is smoke.',
    '接到撤离通知后，请立即撤离，离开时关好门窗；遇到烟雾请放低身体。',
  ],
  snow: [
    'Stay indoors and off the roads unless you must travel. Keep warm, and never run a generator inside.',
    '如非必要，请留在室内，不要驾车出行。注意保暖，切勿在室内使用发电机。',
  ],
}

const general: Advice = [
  'Follow the instructions of the local authorities, and keep listening to the news.',
  '请听从当地政府的指示，并持续关注最新消息。',
]

/** Of every hazard: hospitals that move are closed, so calling first saves a journey. */
const always: Advice = [
  'Call before you go to a hospital: it may have moved. In an emergency call the emergency number.',
  '前往医院之前请先致电，医院可能已经转移。如遇紧急情况，请拨打急救电话。',
]

export function adviceEn(kind: string): string {
  return `${adviceFor(kind)[0]} ${always[0]}`
}

export function adviceZh(kind: string): string {
  return `${adviceFor(kind)[1]}${always[1]}`
}

function adviceFor(kind: string): Advice {
  return (Object.hasOwn(advice, kind) ? advice[kind] : undefined) ?? general
}
