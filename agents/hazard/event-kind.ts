/**
 * The short ASCII kind under which a response plan on chain asks for a hazard, from the words and codes of an alert's
 * event. The first pattern that fits decides, so that a storm surge is not a storm.
 */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/tsunami|\bTS[WAY]\b/i, 'tsunami'],
  [/storm surge|\bSS[WA]\b/i, 'storm-surge'],
  [/hurricane|typhoon|tropical (storm|cyclone|depression)|\bH[UI][WA]\b|\bTR[WA]\b/i, 'hurricane'],
  [/tornado|\bTO[RA]\b/i, 'tornado'],
  [/flood|\bF[FL][WAS]\b|\bCF[WA]\b/i, 'flood'],
  [/earthquake|seismic|\bEQW\b/i, 'earthquake'],
  [/volcan|ash ?fall|\bVOW\b/i, 'volcano'],
  [/avalanche|\bAV[WA]\b/i, 'avalanche'],
  [/landslide|mudslide|debris flow/i, 'landslide'],
  [/thunder|\bSV[RAS]\b/i, 'thunderstorm'],
  [/snow|blizzard|winter|\bWS[WA]\b|\bBZW\b/i, 'snow'],
  [/freez|frost|\bice\b|\bcold\b|chill/i, 'cold'],
  [/\bheat|\bhot\b/i, 'heat'],
  [/fire\b|red flag|\bFRW\b/i, 'fire'],
  [/drought/i, 'drought'],
  [/\brain/i, 'rain'],
  [/\bwinds?\b|\bgale|\bstorm\b|\bHWW\b/i, 'wind'],
  [/\bfog\b|smoke|\bdust|visibility/i, 'visibility'],
  [/nuclear|radiolog|\bRHW\b|\bNUW\b/i, 'radiation'],
  [/chemical|hazardous material|\bHMW\b/i, 'chemical'],
]

/**
 * @param event the alert's own words, in any language
 * @param codes its event codes, such as SAME's `TOR`
 * @param category CAP's category, such as `Met`: the kind where nothing else is known
 */
export function eventKind(event: string, codes: readonly string[], category: string): string {
  const words = [event, ...codes].join(' ')
  return kinds.find(([pattern]) => pattern.test(words))?.[1] ?? category.toLowerCase()
}
