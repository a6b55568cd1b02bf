import type { Message } from '../message.ts'

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E
const [drop, choose, status, progress] = [
  find('drop'),
  find<HTMLInputElement>('choose'),
  find('status'),
  find('progress'),
]
const [verdict, timeline, more, rest, report] = [
  find('verdict'),
  find('timeline-section'),
  find<HTMLButtonElement>('more'),
  find('rest'),
  find('report'),
]

/** The code that verifies lies in the page as text; a page of `file://` may start a thread from memory alone. */
const source = URL.createObjectURL(new Blob([find('worker').textContent ?? ''], { type: 'text/javascript' }))
/** Started before there is a file: its engines take a second. */
let thread = new Worker(source)
let isBusy = false
let waiting: string[] = []

choose.addEventListener('change', () => verify(choose.files?.[0]))
more.addEventListener('click', showMore)
for (const type of ['dragover', 'drop'] as const) {
  // Anywhere on the page: a file that misses would be opened instead of it.
  document.addEventListener(type, event => {
    event.preventDefault()
    drop.classList.toggle('over', type === 'dragover')
    if (type === 'drop') verify(event.dataTransfer?.files[0])
  })
}
document.addEventListener('dragleave', () => drop.classList.remove('over'))

function verify(file: File | undefined): void {
  if (!file) return
  if (isBusy) {
    thread.terminate()
    thread = new Worker(source)
  }
  isBusy = true
  clear()
  say(`Verifying ${file.name} …`)
  thread.onmessage = ({ data }: MessageEvent<Message>) => hear(data, file.name)
  thread.onerror = ({ message }) =>
    say(`This browser could not verify it: ${message}. A newer browser may, or: entente verify.`)
  thread.postMessage(file)
}

function hear(message: Message, name: string): void {
  isBusy = message.kind === 'checked'
  if (message.kind === 'checked') showCheck(message)
  else if (message.kind === 'failed') say(`${name}: ${message.what}`)
  else show(message, name)
}

function show({ report: found, before, rows, after }: Message & { kind: 'verified' }, name: string): void {
  say(`${name} was verified.`)
  verdict.innerHTML = before
  rest.innerHTML = after
  report.textContent = JSON.stringify(found)
  waiting = [...rows]
  timeline.hidden = waiting.length === 0
  find('report-section').hidden = false
  showMore()
  // For who listens: the heading says whether it holds.
  const heading = verdict.querySelector('h1')!
  heading.tabIndex = -1
  heading.focus()
}

function showCheck({ name, ok, count }: Message & { kind: 'checked' }): void {
  const item = document.createElement('li')
  item.className = ok ? 'holds' : 'broken'
  item.textContent = `${ok ? '✔' : '✖'} ${name} ${count}`
  progress.append(item)
}

/** Thousands of rows at once would stop the browser. */
function showMore(): void {
  const rows = waiting.shift()
  if (rows) find('timeline').insertAdjacentHTML('beforeend', rows)
  more.hidden = waiting.length === 0
}

function say(text: string): void {
  status.textContent = text
}

function clear(): void {
  for (const place of [progress, verdict, rest, report]) place.replaceChildren()
  for (const body of document.querySelectorAll('#timeline tbody')) body.remove()
  timeline.hidden = find('report-section').hidden = true
}
