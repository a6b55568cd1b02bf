import type { Command } from 'commander'

export function addTowerVerbs(program: Command): void {
  const tower = program.command('tower').description('watch posted batches of settlements, and challenge wrong ones')

  tower
    .command('run')
    .description('watch until stopped (NATS_URL, NATS_CREDS, ETH_RPC_URL, ENTENTE_ACCOUNT)')
    .action(async () => {
      await import('../../coordinator/settlement/tower/main.ts')
    })

  tower
    .command('status')
    .description('print what every tower on the bus watches, as JSON lines (NATS_URL, NATS_CREDS)')
    .action(async () => (await import('../print-figures.ts')).printFigures('towerFigures'))
}
