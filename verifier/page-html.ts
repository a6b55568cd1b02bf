import { styleSheet } from '../evidence/page/style.ts'
import { timelineSection } from '../evidence/page/timeline.ts'

const style = `${styleSheet}
header p { color: var(--soft); max-width: 48rem }
#drop { display: block; border: 2px dashed var(--line); border-radius: .75rem; padding: 2.5rem 1rem; text-align: center;
  background: var(--panel); cursor: pointer; margin: 1.5rem 0 1rem }
#drop.over, #drop:hover, #drop:focus-within { border-color: var(--mark) } #drop strong { display: block; font-size: 1.15rem }
#drop input { margin-top: 1rem; max-width: 100%; font: inherit }
#status { min-height: 1.5em; font-weight: 600 }
#progress { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; font-size: .9rem }
#verdict:not(:empty) { border-top: 1px solid var(--line); padding-top: 1.5rem }
button { font: inherit; color: var(--mark); background: none; border: 1px solid var(--line); border-radius: .4rem;
  padding: .4rem .9rem; margin: .75rem 0; cursor: pointer }
footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem }
@media print { #drop, #progress, footer, button { display: none } }
`

/** The scripts of the page, as text. */
interface Scripts {
  readonly main: string
  readonly worker: string
}

/**
 * The page as text. It may run the one script and use the one style sheet that the policy names by hash, and start a
 * thread from memory that compiles WebAssembly; nothing may be loaded or sent.
 * @param hash SHA-256 of a text, in Base64
 */
export function pageHtml({ main, worker }: Scripts, hash: (text: string) => string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash(main)}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${hash(style)}'`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Verify evidence</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>Verify evidence</h1>
<p>Whether an evidence file holds: every signature, hash, proof, rule and sum in it is computed again, here, in this
browser. The file goes nowhere: this page can neither load nor send anything.</p>
</header>
<label id="drop"><strong>Drop an evidence file here</strong> a bundle (.bundle.json), whole or made for a reader
<input id="choose" type="file" accept=".json,application/json"></label>
<p id="status" role="status" aria-live="polite"></p>
<ul id="progress" aria-label="Checks done"></ul>
<section id="verdict" aria-label="What was found"></section>
<section id="timeline-section" hidden>${timelineSection([]).text}
<button id="more" type="button" hidden>Show more of what happened</button></section>
<section id="rest" aria-label="What was checked"></section>
<section id="report-section" hidden><h2>The report</h2>
<details><summary>As <code>entente verify --json</code> prints it</summary><pre id="report"></pre></details></section>
<noscript><p>This page verifies by a script of its own; allow it to run.</p></noscript>
<footer><p>The chain is not asked: that its blocks, and the contract registry, are the consortium's is listed as not checked.
To know that this page is what it says, build it from the sources (<code>npm run verifier</code>) and compare the SHA-256.</p></footer>
</main>
<script type="text/plain" id="worker">${worker}</script>
<script>${main}</script>
</body>
</html>
`
}
