import type { Command } from 'commander'

/** `entente policy …`: rules on who may ask whom for what, and where data may flow. */
export function addPolicyVerbs(program: Command): void {
  const policy = program.command('policy').description('who may ask whom for what, and where data may flow')

  policy
    .command('check <file>')
    .description('say all that is wrong with a policy set, each with its line')
    .action(async (file: string) => {
      process.exitCode = (await import('./check.ts')).checkPolicy(file)
    })

  policy
    .command('sign <file>')
    .description('sign a policy set for the domain whose admin ENTENTE_KEY is, beside the file (NATS_URL, NATS_CREDS)')
    .action(async (file: string) => (await import('./sign.ts')).signPolicyFile(file))

  policy
    .command('set <file>')
    .description('put a signed policy set in force, for every task from its next subtask on (NATS_URL, NATS_CREDS)')
    .action(async (file: string) => (await import('./set.ts')).setPolicy(file))

  policy
    .command('what-if <file> <tasks...>')
    .description(
      'say what a policy set would have decided otherwise in past tasks, and why: of bundle files, or of tasks on the ' +
        'bus by id (NATS_URL); exit status 1 when there is anything',
    )
    .option('--json', 'print a JSON line for each task')
    .action(async (file: string, tasks: string[], options) => {
      process.exitCode = await (await import('./what-if.ts')).askWhatIf(file, tasks, options)
    })
}
