import { Bundle } from '../../protocol/evidence.ts'
import { verifyBundle } from '../verify.ts'
import { type Html, html } from './html.ts'
import { momentOf } from './moment.ts'
import { moneySection } from './money.ts'
import { timelineSection } from './timeline.ts'

type Report = Awaited<ReturnType<typeof verifyBundle>>

/**
 * A page that says to a person what a bundle holds: whether it holds, who did what and when, who was paid and fined, what
 * was checked and what could not be. One HTML file, which loads nothing and runs nothing.
 * @param input the parsed JSON of a bundle file; what is no bundle gives a page that says so
 */
export async function explainBundle(input: unknown): Promise<string> {
  const report = await verifyBundle(input)
  const { data: bundle } = Bundle.safeParse(input)
  // What does not fit the schema is not shown: nothing in it could be checked.
  const readable = bundle && report.taskId !== null
  const body = [
    verdictSection(report),
    ...(readable ? [goalSection(bundle), partiesSection(bundle), moneySection(bundle), timelineSection(bundle)] : []),
    checksSection(report),
  ]
  return pageOf(report.taskId ?? 'no bundle', body)
}

function pageOf(title: string, body: readonly Html[]): string {
  const page = html`<html lang="en"><head><meta charset="utf-8"><title>Evidence of ${title}</title>${style}</head><body>${body}</body></html>`
  return `<!doctype html>\n${page.text}\n`
}

const style = html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
code, pre { font-size: .85em; overflow-wrap: anywhere; white-space: pre-wrap } .holds { color: #0a5c2b } .broken { color: #a40000 }
</style>`

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
      html`<tr><td>${name}</td><td class="${ok ? 'holds' : 'broken'}">${ok ? 'holds' : 'does not hold'}</td><td>${count}</td></tr>`,
  )
  return html`<h2>What was checked</h2><table><tr><th>Check</th><th>Outcome</th><th>Facts</th></tr>${rows}</table>
<h2>What could not be checked from the file</h2><ul>${unchecked.map(sentence => html`<li>${sentence}</li>`)}</ul>`
}
