import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Task } from '../coordinator/flow/state.ts'
import { getArtifact } from '../stack/artifacts.ts'

/** Writes the bundle of a proven task into a folder, and reads it. */
export async function keepBundle(
  nc: NatsConnection,
  { taskId, proven }: Task,
  out: string,
): Promise<{ path: string; bundle: unknown }> {
  const bytes = await getArtifact(nc, proven!.bundle)
  const path = join(out, `${taskId}.bundle.json`)
  mkdirSync(resolve(out), { recursive: true })
  writeFileSync(path, bytes)
  return { path, bundle: JSON.parse(Buffer.from(bytes).toString('utf8')) }
}
