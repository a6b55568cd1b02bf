import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { verifyFile } from '../../evidence/verify-file.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { buildVerifierPage } from '../../verifier/build-page.ts'
import { simulateBundle } from '../evidence/simulated-bundle.ts'
import { chromiumFile, Tab } from '../harness/chromium.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

it.skipIf(!chromiumFile)('a browser, over file://, reports of a file what the command line reports', async () => {
  const dir = scratchDir('verifier')
  const page = join(dir, 'verify.html')
  writeFileSync(page, await buildVerifierPage())
  const bundle = JSON.stringify(await simulateBundle('completed'))
  const files = {
    '救援.json': bundle,
    'spoiled.json': bundle.replace(/"budget":"(\d+)"/, '"budget":"1$1"'),
  }
  const tab = await Tab.open(pathToFileURL(page).href)
  try {
    await tab.until(`document.readyState === 'complete' && document.getElementById('choose') !== null`)
    for (const [name, text] of Object.entries(files)) {
      const file = join(dir, name)
      writeFileSync(file, text)
      await tab.chooseFile('#choose', file)
      await tab.until(`document.getElementById('status').textContent === ${JSON.stringify(`${name} was verified.`)}`)
      const reported = await tab.read(`document.getElementById('report').textContent`)
      const byNode = await verifyFile(JSON.parse(text), { authorize: authorizeByCedar })
      expect(JSON.parse(reported as string)).toEqual(byNode)
      const holds = name !== 'spoiled.json'
      expect(byNode.ok).toBe(holds)
      expect(await tab.read(`document.querySelector('#verdict h1').textContent`)).toBe(
        holds ? 'The evidence holds' : 'The evidence does not hold',
      )
      expect(await tab.read(`document.activeElement.tagName`)).toBe('H1')
    }
    // Nothing may leave the page, whatever script were to run in it.
    const refused = `new Promise(resolve => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
      fetch('https://example.org').catch(() => {})
    })`
    expect(await tab.read(refused)).toBe('connect-src')
  } finally {
    await tab.close()
  }
})
