import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Program, runProgram } from '../harness/run-program.ts'
import type { World } from './with-gateway.ts'

const cli = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))

/** The command line, on the bus of the test. */
export function entente({ servers: { dir, stack } }: World, ...args: string[]): Program {
  const creds = join(dir, 'cli.creds')
  writeFileSync(creds, stack.busCreds!, { mode: 0o600 })
  return runProgram(cli, args, { PATH: process.env.PATH, NATS_URL: stack.urls.nats, NATS_CREDS: creds })
}
