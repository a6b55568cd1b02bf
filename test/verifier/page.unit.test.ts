import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyFile } from '../../evidence/verify-file.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { buildVerifierPage } from '../../verifier/build-page.ts'
import { replaced } from '../evidence/flip.ts'
import { simulateBundle } from '../evidence/simulated-bundle.ts'
import { reportIn, startWorker, workerOf } from './in-a-browser.ts'

let page: string
let verify: ReturnType<typeof startWorker>
let [bundle, policed]: [Bundle, Bundle] = [] as never
beforeAll(async () => {
  page = await buildVerifierPage()
  verify = startWorker(workerOf(page))
  ;[bundle, policed] = JSON.parse(JSON.stringify([await simulateBundle('completed'), await simulateBundle('policed')]))
})

/** What the command line says of the same. */
const byNode = async (input: unknown) =>
  JSON.parse(JSON.stringify(await verifyFile(input, { authorize: authorizeByCedar })))
const inPage = async (input: unknown) => reportIn(await verify(JSON.stringify(input)))

describe('the page that verifies, with what browsers have and nothing else', () => {
  it('says of a bundle what the command line says', async () => {
    const report = await inPage(bundle)
    expect(report.ok).toBe(true)
    expect(report).toEqual(await byNode(bundle))
  })

  it('asks the policy sets again', async () => {
    const report = await inPage(policed)
    expect(report).toEqual(await byNode(policed))
    expect(report.unchecked.join()).not.toContain('no engine')
    const permitted = JSON.parse(JSON.stringify(policed).replaceAll('"permit":false', '"permit":true'))
    expect(await inPage(permitted)).toEqual(await byNode(permitted))
  })

  it('finds what was changed, and names it as the command line does', async () => {
    for (const at of ['/events/0/event/budget', '/checkpoint/signature', '/anchors/checkpoint/headerRlp', '/taskId']) {
      const value = at.endsWith('budget') ? '50000001' : `0x${'12'.repeat(at.endsWith('signature') ? 65 : 32)}`
      const changed = replaced(bundle, at, value)
      const report = await inPage(changed)
      expect(report.ok).toBe(false)
      expect(report).toEqual(await byNode(changed))
    }
  })

  it('verifies what is left of a bundle for a reader', async () => {
    const left = redact(bundle, null)
    expect(await inPage(left)).toEqual(await byNode(left))
  })

  it('tells of each check as it is done, and shows texts of any script, escaped', async () => {
    const said = await verify(
      JSON.stringify(replaced(bundle, '/events/0/event/spec/goal', '疏散 <script>病人</script>')),
    )
    const checked = said.flatMap(message => (message.kind === 'checked' ? [message.name] : []))
    expect(checked.toSorted()).toEqual(
      reportIn(said)
        .checks.map(({ name }) => name)
        .toSorted(),
    )
    const shown = said.at(-1) as { before: string }
    expect(shown.before).toContain('疏散 &#60;script&#62;病人')
  })

  it('says what to do with a file that is not JSON', async () => {
    expect(await verify('{')).toEqual([
      { kind: 'failed', what: expect.stringContaining('BUNDLE_INVALID: this file is not JSON') },
    ])
  })
})

describe('the page as a file', () => {
  it('is the same byte for byte when it is built again', async () => {
    expect(await buildVerifierPage()).toBe(page)
  })

  it('may run its own script and style alone, and load and send nothing', () => {
    const [, policy = ''] = page.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/) ?? []
    const hashOf = (text: string | undefined) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`
    const [, main] = page.match(/<script>([\s\S]*?)<\/script>/)!
    const [, style] = page.match(/<style>([\s\S]*?)<\/style>/)!
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(main)} 'wasm-unsafe-eval'`,
      `style-src ${hashOf(style)}`,
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    expect(page.replaceAll(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(/\b(src|href)=/)
  })
})
