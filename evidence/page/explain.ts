import { Bundle } from '../../protocol/evidence.ts'
import type { Report } from '../report.ts'
import type { VerifyOptions } from '../verify.ts'
import { verifyFile } from '../verify-file.ts'
import { type Html, html } from './html.ts'
import { momentOf } from './moment.ts'
import { moneySection } from './money.ts'
import { questionOf } from './questions.ts'
import { styleSheet } from './style.ts'
import { timelineRows, timelineSection } from './timeline.ts'

/**
 * A page that says to a person what a bundle holds: whether it holds, who did what and when, who was paid and fined, what
 * was checked and what could not be. One HTML file, which loads nothing and runs nothing.
 * @param input the parsed JSON of a bundle file; what is no bundle gives a page that says so
 * @returns the page, and the report that it shows
 */
export async function explainBundle(
  input: unknown,
  options: VerifyOptions = {},
): Promise<{ page: string; report: Report }> {
  const report = await verifyFile(input, options)
  const { before, rows, after } = explainReport(input, report)
  const timeline = rows.length > 0 ? [timelineSection(rows)] : []
  return { page: pageOf(report.taskId ?? 'no bundle', [...before, ...timeline, ...after]), report }
}

/** What a page says of an evidence file that was verified, in its order: `rows` are of the timeline, which may be long. */
export function explainReport(input: unknown, report: Report): { before: Html[]; rows: Html[]; after: Html[] } {
  const { data: bundle } = Bundle.safeParse(input)
  const [before, after] = [[verdictSection(report)], [checksSection(report)]]
  // What does not fit the schema is not shown: nothing in it could be checked.
  if (!bundle || report.taskId === null) return { before, rows: [], after }
  return {
    before: [...before, goalSection(bundle), partiesSection(bundle), moneySection(bundle)],
    rows: timelineRows(bundle),
    after,
  }
}

function pageOf(title: string, body: readonly Html[]): string {
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Evidence of ${title}</title>${head}</head><body><main>${body}</main></body></html>`
  return `<!doctype html>\n${page.text}\n`
}

const head: Html = {
  text: `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>${styleSheet}</style>`,
}

function verdictSection({ ok, taskId, findings, summary }: Report): Html {
  const wrong = findings.map(({ where, what }) => html`<li><code>${where || 'the file'}</code>: ${what}</li>`)
  return html`<h1 class="${ok ? 'holds' : 'broken'}">${ok ? 'The evidence holds' : 'The evidence does not hold'}</h1>
<p>Task <code>${taskId ?? 'unknown'}</code>. ${summary}</p><ul>${wrong}</ul>`
}

function goalSection({ events }: Bundle): Html {
  const submitted = events[0]?.event
  if (submitted?.type !== 'TaskSubmitted') return html``
  const { requester, spec, budget, deadlineMs } = submitted
  const who = requester.domainId ? `the domain ${requester.domainId}` : 'a response plan, opened by a quorum'
  return html`<h2>What was asked, and by whom</h2><p>${spec.goal}</p><p>Asked by ${who} (<code>${requester.address}</code>),
with a budget of ${budget} units, to be done by ${momentOf(deadlineMs)}.</p>`
}

function partiesSection({ parties }: Bundle): Html {
  const rows = parties.map(
    ({ agentId, domainId, wallet }) =>
      html`<tr><td>${agentId}</td><td>${domainId}</td><td><code>${wallet}</code></td></tr>`,
  )
  return html`<h2>Who took part</h2><table><tr><th>Agent</th><th>Domain</th><th>Wallet that signed</th></tr>${rows}</table>`
}

function checksSection({ checks, unchecked }: Report): Html {
  const rows = checks.map(
    ({ name, ok, count }) =>
      html`<tr><td>${name}</td><td>${questionOf(name)}</td><td class="${ok ? 'holds' : 'broken'}">${outcomeOf(ok, count)}</td><td>${count}</td></tr>`,
  )
  return html`<h2>What was checked</h2><table><tr><th>Check</th><th>Asks</th><th>Outcome</th><th>Facts</th></tr>${rows}</table>
<h2>What could not be checked from the file</h2><ul>${unchecked.map(sentence => html`<li>${sentence}</li>`)}</ul>`
}

/** A check of nothing has proved nothing. */
function outcomeOf(ok: boolean, count: number): string {
  if (!ok) return '✖ does not hold'
  return count === 0 ? '– nothing of it here' : '✔ holds'
}
