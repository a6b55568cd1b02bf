import { utc } from './format-value.ts'
import { type Look, Outputs } from './outputs.ts'
import { renderFigures } from './render-figures.ts'
import { renderLeft, renderMoves } from './render-moves.ts'
import { renderThreat } from './render-threat.ts'
import { renderWinds } from './render-winds.ts'
import { hangText, wrapText } from './wrap-text.ts'

/** Narrower terminals scroll sideways: tables of fewer columns could not be read. */
const leastColumns = 60

/**
 * The response as a duty officer reads it in a terminal: first what threatens, then what to do, then the lists, last what
 * the public is told. There is no colour unless `style` adds it.
 * @param output the task's output; a ZodError says where it is none
 */
export function renderResponse(output: unknown, { columns, style }: Look): string {
  const outputs = Outputs.parse(output)
  const width = Math.max(columns, leastColumns)
  const { response, evacuation, transport, notice } = outputs
  const assumed = evacuation.threatened.length > 0 ? [...evacuation.assumptions, ...transport.assumptions] : []
  const sections: [string, string[]][] = [
    ['HAZARD', renderThreat(outputs, width)],
    ['OBJECTIVES', response.objectives.flatMap((text, i) => hangText(`${i + 1}. `, text, width))],
    ['FIGURES', renderFigures(outputs, width)],
    ['OPEN RISKS', response.risks.flatMap(risk => hangText('! ', riskLine(risk), width))],
    ['TIMELINE', response.timeline.flatMap(({ hour, at, what }) => hangText(moment(hour, at), what, width))],
    ['WINDS', renderWinds(outputs, width)],
    ['LARGEST MOVES', renderMoves(outputs, width)],
    ['LEFT BEHIND', renderLeft(outputs, width)],
    ['ASSUMED', assumed.flatMap(text => hangText('- ', text, width))],
    [`NOTICE (worded by ${notice.en.wordedBy})`, wording(notice.en, width, style)],
    [`公告（${notice.zh.wordedBy === 'template' ? '模板' : notice.zh.wordedBy}）`, wording(notice.zh, width, style)],
  ]
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [style?.title(title) ?? title, ...lines].join('\n'))
    .join('\n\n')
}

function wording(text: Outputs['notice']['en'], width: number, style: Look['style']): string[] {
  const headline = wrapText(text.headline, width)
  return [
    ...(style ? headline.map(style.strong) : headline),
    ...wrapText(text.text, width),
    ...text.places.split('\n').flatMap(line => wrapText(line, width)),
    ...wrapText(text.instruction, width),
  ]
}

function riskLine({ risk, patients, detail }: Outputs['response']['risks'][number]): string {
  return `${risk}${patients === null ? '' : ` (${patients})`}. ${detail}`
}

function moment(hour: number, at: string): string {
  return `${`+${hour}`.padStart(6)} h  ${utc(at)}  `
}
