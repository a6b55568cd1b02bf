import { relative } from 'node:path'
import { EntenteError, explainError } from '../protocol/errors.ts'
import { describeVariables } from './config.ts'
import { everyProcess, type Own, type Process, runProcess, type Variable, wrongCall } from './run-process.ts'

/** What a program of ours says of itself. */
export type Program<N extends Variable, R extends Variable> = Process<N, R> & {
  /** What it is for: a sentence for its help. */
  does: string
  /** The one argument that it takes, as its help names it. */
  argument?: string
}

/**
 * Runs a program of ours as `runProcess` does, and before that looks at what it was called with: `--help` prints what it is
 * and reads, an argument that it does not take ends it with status 2. When the program is part of another, which took the
 * arguments, it does not look.
 *
 * @param module `import.meta` of the program
 */
export async function runMain<N extends Variable = never, R extends Variable = never>(
  module: ImportMeta,
  program: Program<N, R>,
  main: (own: Own<N, R>) => Promise<void>,
): Promise<void> {
  const args = module.main ? process.argv.slice(2) : []
  const strange = args.slice(program.argument && !args[0]?.startsWith('-') ? 1 : 0)
  if (args.includes('--help')) process.stdout.write(helpOf(module, program))
  else if (strange.length > 0) refuse(program, strange)
  else await runProcess(program, main)
}

function refuse({ name }: { name: string }, args: readonly string[]): void {
  const error = new EntenteError('COMMAND_INVALID', `${name} does not take ${args.join(' ')} (--help says more)`)
  process.stderr.write(`${explainError(error)}\n`)
  process.exitCode = wrongCall
}

function helpOf(
  { filename }: ImportMeta,
  { name, does, argument, needs = [], reads = [] }: Program<Variable, Variable>,
) {
  const usage = ['node', relative('', filename), ...(argument ? [argument] : [])].join(' ')
  const optional = everyProcess.reads.filter(variable => !needs.includes(variable))
  return [
    `${name}: ${does}`,
    `Usage: ${usage}`,
    `Needs:\n${describeVariables([...everyProcess.needs, ...needs])}`,
    `May have:\n${describeVariables([...optional, ...reads])}\n`,
  ].join('\n\n')
}
