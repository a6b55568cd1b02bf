import type { Command } from 'commander'

/** What the consortium is warned of. */
export function addAlertVerbs(program: Command): void {
  const alert = program.command('alert').description('what the consortium is warned of (NATS_URL, NATS_CREDS)')

  alert
    .command('run')
    .description('run a lookout, which raises and clears them, until stopped')
    .action(async () => {
      await import('../../coordinator/warning/main.ts')
    })

  alert
    .command('list')
    .description('print the alerts that are raised as JSON lines, the oldest first')
    .option('--all', 'also those that are over')
    .action(async options => (await import('./alerts.ts')).listAlerts(options))

  alert
    .command('watch')
    .description('print what is raised and cleared from now on, until Ctrl-C')
    .action(async () => (await import('./alerts.ts')).watchAlerts())
}
