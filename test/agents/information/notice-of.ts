import type { Hazard } from '../../../agents/hazard/hazard.ts'
import type { NoticeInput } from '../../../agents/information/notice.ts'
import { publishNotice } from '../../../agents/information/publish-notice.ts'
import type { ModelEndpoint } from '../../../agents/information/reword.ts'
import type { Threat } from '../../../agents/weather/threat.ts'
import { responseTo } from '../emergency/katrina.ts'
import { hazard, threat } from '../health/katrina.ts'

export async function inputOf(seen: { hazard: Hazard; threat: Threat }): Promise<NoticeInput> {
  return { hazard: seen.hazard, response: await responseTo(seen) }
}

export const katrina = (parts: Partial<Hazard> = {}) => inputOf({ hazard: { ...hazard, ...parts }, threat })

/** The notice, and what the skill said on the way. */
export async function publish(input: NoticeInput, model: ModelEndpoint | null = null, signal?: AbortSignal) {
  const said: string[] = []
  const ctx = { signal: signal ?? new AbortController().signal, progress: (text: string) => void said.push(text) }
  return { notice: await publishNotice(input, ctx, model), said }
}
