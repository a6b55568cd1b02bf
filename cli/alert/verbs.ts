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

  const policy = alert
    .command('policy')
    .description('from where on alerts are raised, what is done, what a regulator reads')

  policy
    .command('check <file>')
    .description('say all that is wrong with a supervision policy')
    .action(async (file: string) => (await import('./policy.ts')).checkSupervision(file))

  policy
    .command('set <file>')
    .description(
      'put a supervision policy in force: thresholds at once, measures for alerts that are raised from then on',
    )
    .action(async (file: string) => (await import('./policy.ts')).setSupervision(file))
}
