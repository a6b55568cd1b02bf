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
    .command('run <folder>')
    .description(
      'follow the log and cosign its checkpoints until stopped; what was cosigned lies in the folder (NATS_URL, NATS_CREDS)',
    )
    .action(async (folder: string) => (await import('./run.ts')).runWitness(folder))
}
