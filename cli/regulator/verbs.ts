import { type Command, Option } from 'commander'

const ordered =
  'The account in ENTENTE_ACCOUNT must be an officer of compliance, and its key at the gateway be named regulator (NATS_URL, NATS_CREDS).'

/** What a party may that supervises the consortium without being of it. */
export function addRegulatorVerbs(program: Command): void {
  const regulator = program.command('regulator').description('what a regulator may: read, and order a freeze on chain')

  for (const [verb, does] of [
    ['freeze', 'an agent or a domain gets no more work, from the next subtask on'],
    ['unfreeze', 'lift a freeze'],
  ] as const) {
    regulator
      .command(verb)
      .description(`${does}; the hash of the reason goes on chain. ${ordered}`)
      .addOption(new Option('--agent <id>', 'the agent').conflicts('domain'))
      .option('--domain <id>', 'or the domain, with all its agents')
      .requiredOption('--reason <text>', 'why')
      .action(async options => (await import('./order.ts')).orderBy(verb, options))
  }

  regulator
    .command('view <what>')
    .description(
      'read what the supervision policy entitles a regulator to, by the API at --url with the key in --key-file: tasks, ' +
        'agents, domains, alerts, freezes, evidence/leaves, chain/messages, tasks/<id>/bundle... Each read is recorded',
    )
    .requiredOption('--url <url>', "where the operator's API is")
    .requiredOption('--key-file <file>', 'a file (mode 0600) with an API key of the role regulator')
    .action(async (what: string, options) => (await import('./view.ts')).view(what, options))
}
