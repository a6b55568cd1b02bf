import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EntenteError } from '../../protocol/errors.ts'
import { type Child, startProcess } from '../../stack/process.ts'

/** What every process of a consortium is told, and where its log goes. */
export interface Place {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly onDeath: (death: EntenteError) => void
}

const entries = {
  gateway: '../../gateway/main.ts',
  coordinator: '../../coordinator/main.ts',
  operator: '../../operator/main.ts',
  settler: '../../coordinator/settlement/settler/main.ts',
  tower: '../../coordinator/settlement/tower/main.ts',
  rater: '../../coordinator/settlement/rater/main.ts',
  lookout: '../../coordinator/warning/main.ts',
  agent: '../../agents/sdk/main.ts',
} as const

export type Role = keyof typeof entries

/** Starts one of our programs under a name of its own, and waits until it is ready. */
export function startRole<Ready>(
  role: Role,
  name: string,
  { dir, env, onDeath }: Place,
  own: Readonly<Record<string, string>>,
  args: string[] = [],
): Promise<Child<Ready>> {
  const entry = fileURLToPath(new URL(entries[role], import.meta.url))
  return startProcess<Ready>({ name, entry, args, env: { ...env, ...own }, dir: join(dir, 'logs'), onDeath })
}

/** One process of a consortium, which can be started again after its end. */
export interface Member {
  readonly role: string
  /** As its log file is called. */
  readonly name: string
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  /** Starts it again, the same in everything. */
  restart(): Promise<void>
}

/** A process that runs, and can be ended. */
export type Running = Member & { stop(): Promise<void> }

/** As `startRole`, for a process that can be started again; `stop` ends whichever runs then. */
export async function startMember<Ready>(...starting: Parameters<typeof startRole>) {
  let child = await startRole<Ready>(...starting)
  const [role, name] = starting
  return {
    role,
    name,
    get pid() {
      return child.pid
    },
    ready: child.ready,
    stop: () => child.stop(),
    async restart() {
      await child.stop()
      child = await startRole<Ready>(...starting)
    },
  }
}

/** Writes a secret where only this user can read it; the path. */
export function keepSecret(dir: string, name: string, text: string): string {
  const folder = join(dir, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
