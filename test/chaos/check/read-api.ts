import { setTimeout as sleep } from 'node:timers/promises'
import { apiKeysFile, createApiKey } from '../../../operator/api-keys.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Shown } from './replay.ts'

const PATIENCE_MS = 60_000
const RETRY_MS = 250

/** Reads tasks by the operator's API, each when it is shown as proven, or as it is when that takes too long. */
export async function readApi(url: string, dataDir: string, taskIds: readonly Hex[]): Promise<Map<Hex, Shown>> {
  const key = createApiKey(apiKeysFile({ ENTENTE_DATA: dataDir }), 'viewer', 'chaos')
  const endMs = performance.now() + PATIENCE_MS
  const shown = new Map<Hex, Shown>()
  for (const taskId of taskIds) {
    for (;;) {
      const response = await fetch(`${url}/v1/tasks/${taskId}`, { headers: { authorization: `Bearer ${key}` } })
      const body = response.ok ? ((await response.json()) as Shown) : null
      if (body?.bundle || performance.now() > endMs) {
        if (body) shown.set(taskId, pick(body))
        break
      }
      await sleep(response.status === 429 ? 1_000 * Number(response.headers.get('retry-after') ?? 1) : RETRY_MS)
    }
  }
  return shown
}

function pick({ state, events, outputHash, bundle, subtasks }: Shown): Shown {
  const bare = subtasks.map(({ subtaskId, phase, attempt }) => ({ subtaskId, phase, attempt }))
  return { state, events, outputHash, bundle, subtasks: bare }
}
