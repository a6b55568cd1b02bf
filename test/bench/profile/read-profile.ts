import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** As V8 writes it; times in microseconds of the machine's monotonic clock, which all processes share. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string; functionName: string } }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** A time on that clock, in microseconds. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1_000n)

/** Microseconds that a process spent in the code of each place (its own, not that of what it called), within a time. */
export function readProfile(path: string, from: number, to: number): Map<string, number> {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  const spent = new Map<string, number>()
  let at = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index]!
    at += delta
    const place = places.get(id)!
    if (at >= from && at <= to && place !== 'idle') spent.set(place, (spent.get(place) ?? 0) + delta)
  }
  return spent
}

/** The package or the room that a function belongs to. */
function placeOf({ url, functionName }: { url: string; functionName: string }): string {
  if (url.startsWith('node:')) return 'Node'
  if (url.startsWith('wasm:')) return 'WebAssembly (signatures)'
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
  if (name) return name
  if (path.startsWith(root)) return roomOf(path.slice(root.length))
  if (functionName === '(idle)') return 'idle'
  if (functionName === '(garbage collector)') return 'garbage collection'
  return 'V8 and the system'
}

/** `coordinator/flow`, `agents/sdk`, `protocol`: as far down as folders have names of their own. */
function roomOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 2).join('/')
}
