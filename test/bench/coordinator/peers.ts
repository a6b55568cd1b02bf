import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from '../../../boot/install-packages.mjs'
import { isPostgresThere } from '../../views/find-postgres.ts'
import { type Postgres, startPostgres } from '../../views/start-postgres.ts'
import { progress } from '../progress.ts'
import type { Figures, Level } from './levels.ts'
import { measureProgram } from './measure-program.ts'
import { startRestate } from './start-restate.ts'

const folder = fileURLToPath(new URL('../peers/', import.meta.url))

/** A peer that was not measured, and why. */
export interface Missing {
  readonly system: string
  readonly why: string
}

/** What there is for peers to work with. */
interface Ground {
  readonly dir: string
  readonly postgres: Postgres | null
}

interface Peer {
  readonly system: string
  /** Its program, beside the packages. */
  readonly program: string
  readonly needsPostgres?: boolean
  /** Starts what the program needs, and runs it with the environment that says where that is. */
  with(ground: Ground, run: (env: Record<string, string>) => Promise<void>): Promise<void>
}

const inPostgres = async ({ postgres }: Ground, run: (env: Record<string, string>) => Promise<void>) =>
  run({ DATABASE_URL: await postgres!.createDatabase() })

const peers: readonly Peer[] = [
  {
    system: 'LangGraph, checkpoints in SQLite',
    program: 'langgraph.mjs',
    with: ({ dir }, run) => run({ SQLITE_FILE: join(dir, 'checkpoints.sqlite') }),
  },
  { system: 'LangGraph, checkpoints in PostgreSQL', program: 'langgraph.mjs', needsPostgres: true, with: inPostgres },
  { system: 'DBOS', program: 'dbos.mjs', needsPostgres: true, with: inPostgres },
  {
    system: 'Restate',
    program: 'restate.mjs',
    async with({ dir }, run) {
      const restate = await startRestate(folder, made(join(dir, 'restate')))
      await run({ INGRESS_URL: restate.ingressUrl, ADMIN_URL: restate.adminUrl }).finally(restate.stop)
    },
  },
]

/**
 * The same chains by other systems that survive a crash: each a process of its own, on this machine, in this run. Their
 * packages are not ours: they are installed the first time, into the folder of these programs.
 */
export async function measurePeers(levels: readonly Level[]): Promise<{ figures: Figures[]; missing: Missing[] }> {
  progress('the packages of the peers')
  try {
    await installPackages(folder.replace(/\/$/, ''))
  } catch (error) {
    const all = peers.map(({ system }) => system).join('; ')
    return { figures: [], missing: [{ system: all, why: messageOf(error) }] }
  }
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-peers-'))
  const postgres = isPostgresThere() ? await startPostgres(made(join(dir, 'postgres')), []) : null
  const [figures, missing]: [Figures[], Missing[]] = [[], []]
  try {
    for (const { system, program, needsPostgres = false, with: prepare } of peers) {
      progress(system)
      try {
        if (needsPostgres && !postgres) throw new Error('PostgreSQL is not installed here')
        await prepare({ dir, postgres }, async env => {
          figures.push(...(await measureProgram(system, { entry: join(folder, program), env, dir }, levels)))
        })
      } catch (error) {
        missing.push({ system, why: messageOf(error) })
      }
    }
    return { figures, missing }
  } finally {
    await postgres?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function made(dir: string): string {
  mkdirSync(dir)
  return dir
}
