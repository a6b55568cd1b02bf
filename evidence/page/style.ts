/**
 * How evidence looks, on the page that `entente explain` writes and on the one that verifies: light or dark as its reader
 * has it, with the fonts that every system has, Chinese ones too.
 */
export const styleSheet = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fdfdfb; --soft: #5c6670; --line: #d9dde1; --panel: #f3f4f1;
  --good: #0a5c2b; --bad: #a40000; --mark: #1f5fa8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #14171a; --soft: #9aa5b0; --line: #333a41;
  --panel: #1d2226; --good: #6fd394; --bad: #ff8f86; --mark: #85b8f2 } }
* { box-sizing: border-box }
body { font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; margin: 0; color: var(--ink); background: var(--paper) }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .5rem } h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem }
a, summary { color: var(--mark) } summary { cursor: pointer }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
td, th { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600; font-size: .9rem }
code, pre { font: .85em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace;
  overflow-wrap: anywhere; white-space: pre-wrap }
#timeline td:first-child { white-space: nowrap } #timeline td:nth-child(3) { min-width: 9rem }
pre { background: var(--panel); padding: .75rem; border-radius: .4rem; max-height: 30rem; overflow: auto }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
.holds { color: var(--good) } .broken { color: var(--bad) } h1:focus { outline: none }
@media (max-width: 40rem) { #timeline td, #timeline th { display: block; border: 0; padding: .1rem 0 }
  #timeline thead { display: none } #timeline tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0 } }
@media print { pre { max-height: none } }
`
