import type { Command } from 'commander'

/** What is on its way to the chain, and what chain and business do not agree on. */
export function addChainVerbs(program: Command): void {
  const chain = program.command('chain').description('messages to the chain (NATS_URL, NATS_CREDS)')

  chain
    .command('differences')
    .description('print what chain and business do not agree on, as JSON lines; exit status 1 when there is anything')
    .action(async () => {
      process.exitCode = await (await import('./reconcile.ts')).printDifferences()
    })

  chain
    .command('accept <transaction>')
    .description('accept a transaction under a key of ours that no message has')
    .requiredOption('--reason <text>', 'whose it was')
    .action(async (hash: string, { reason }) => (await import('./reconcile.ts')).acceptStray(hash, reason))

  chain
    .command('cancel <message>')
    .description('take a message back, if it is not mined before')
    .option('--tenant <name>', 'who sent it', 'consortium')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options) => (await import('./reconcile.ts')).takeBack(id, options))

  chain
    .command('show [message]')
    .description('print the life of a message, a JSON line a step')
    .option('--key <tenant/operation/business-id>', 'by its idempotency key')
    .action(async (id: string | undefined, options) => (await import('./show.ts')).showMessage(id, options))

  chain
    .command('list')
    .description('print messages, the latest first, from the read model (DATABASE_URL, or ENTENTE_DATA)')
    .option('--task <id>', 'about this task')
    .option('--agent <id>', 'about this agent')
    .option('--key <tenant/operation/business-id>', 'with this idempotency key')
    .option('--hash <transaction>', 'with this transaction')
    .option('--since <time>', 'that came since then (ISO 8601)')
    .option('--state <state>', 'in this state')
    .option('--tenant <name>', 'of this tenant')
    .option('--limit <count>', 'at most so many', '100')
    .action(async options => (await import('./list.ts')).listMessages(options))
}
