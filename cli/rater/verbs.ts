import type { Command } from 'commander'

export function addRaterVerbs(program: Command): void {
  const rater = program
    .command('rater')
    .description("write to ERC-8004's reputation registry what settled tasks say of their agents")

  rater
    .command('run')
    .description('write until stopped (NATS_URL, NATS_CREDS, ETH_RPC_URL)')
    .action(async () => {
      await import('../../coordinator/settlement/rater/main.ts')
    })

  rater
    .command('status')
    .description('print what waits and what was written, as JSON lines, one a rater on the bus (NATS_URL, NATS_CREDS)')
    .action(async () => (await import('../print-figures.ts')).printFigures('raterFigures'))
}
