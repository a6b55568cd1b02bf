import type { Command } from 'commander'

export function addSettlerVerbs(program: Command): void {
  program
    .command('settler')
    .description('settle tasks by batches')
    .command('run')
    .description('settle until stopped (NATS_URL, NATS_CREDS, ETH_RPC_URL, ENTENTE_ACCOUNT, ENTENTE_KEY)')
    .action(async () => {
      await import('../../coordinator/settlement/settler/main.ts')
    })

  program
    .command('claim')
    .description('claim for an agent, into its purse, what final batches gave it (NATS_URL, NATS_CREDS, ETH_RPC_URL)')
    .requiredOption('--agent <id>', 'the agent')
    .action(async ({ agent }: { agent: string }) => (await import('./claim.ts')).claim(agent))
}
