import type { Command } from 'commander'

/** `entente witness …`: cosigning the checkpoints of the evidence log for a domain. */
export function addWitnessVerbs(program: Command): void {
  const witness = program.command('witness').description('see for a domain that the evidence log only grows')

  witness
    .command('new <folder>')
    .description(
      'make the key of a witness, and appoint it for the domain whose admin ENTENTE_KEY is (NATS_URL, NATS_CREDS)',
    )
    .requiredOption('--name <name>', 'its name, as a URL without a scheme: health.example/witness')
    .action(async (folder: string, { name }) => (await import('./new.ts')).newWitness(folder, name))

  witness
    .command('creds')
    .description(
      'print credentials of the bus for the witness of a domain, good for nothing else; by who runs the bus (NATS_ACCOUNT, NATS_SIGNING_SEED_FILE)',
    )
    .requiredOption('--domain <id>', 'the domain')
    .option('--days <count>', 'how long they are good', '365')
    .action(async ({ domain, days }) => (await import('./creds.ts')).printCreds(domain, days))

  witness
    .command('run <folder>')
    .description(
      'follow the log and cosign its checkpoints until stopped; what was cosigned lies in the folder (NATS_URL, NATS_CREDS)',
    )
    .action(async (folder: string) => (await import('./run.ts')).runWitness(folder))
}
