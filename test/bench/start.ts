import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quantile, type Row, seconds } from './print-table.ts'

const runs = 5
const boot = fileURLToPath(new URL('../../boot/boot.mjs', import.meta.url))

/** The command that `npm start` runs, everything set up already: it starts, responds, verifies and stops. */
export function benchStart(): Row[] {
  const out = mkdtempSync(join(tmpdir(), 'entente-bench-'))
  try {
    const tookMs = Array.from({ length: runs }, () => {
      const startedMs = performance.now()
      const args = [boot, 'run', 'emergency-response', '--out', out]
      const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
      if (status !== 0) throw new Error(`the run ended with exit code ${status}: ${stderr}`)
      return performance.now() - startedMs
    })
    const [minimum, median, maximum] = [0, 0.5, 1].map(share => seconds(quantile(tookMs, share)))
    return [{ runs, 'minimum s': minimum!, 'median s': median!, 'maximum s': maximum!, 'limit s': 20 }]
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
