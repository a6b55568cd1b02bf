import { type Command, InvalidArgumentError, Option } from 'commander'
import { profileNames } from '../../stack/chain-profile.ts'

/** `entente relay …`: between the chain of this bus and another. */
export function addRelayVerbs(program: Command): void {
  const relay = program.command('relay').description('carry what another chain said to this one, proven')
  const govern = () => import('./govern.ts')
  const profile = () =>
    new Option('--profile <name>', 'what that chain is like (default: by its id, or its node)').choices(profileNames)

  relay
    .command('run')
    .description('carry checkpoints and messages until stopped (NATS_URL, NATS_CREDS: the bus of the chain carried to)')
    .requiredOption('--from <url>', 'a node of the chain that things are carried from')
    .requiredOption('--to <url>', 'a node of the chain that they are carried to')
    .option('--since <block>', 'where to begin, for the first time', blockNumber, 0)
    .addOption(profile())
    .action(async options => (await import('./run.ts')).runRelay(options))

  relay
    .command('attest <folder>')
    .description(
      'vouch for a domain, to who asks, for blocks that are final on the other chain, until stopped; what was vouched for lies ' +
        'in the folder (NATS_URL, NATS_CREDS, ENTENTE_KEY)',
    )
    .requiredOption('--from <url>', 'the node of that chain that the domain trusts')
    .requiredOption('--domain <id>', 'the domain whose admin appointed the key')
    .addOption(profile())
    .action(async (folder: string, options) => (await import('./attest.ts')).runAttester(folder, options))

  relay
    .command('recognise <chain>')
    .description('have governance recognise a chain by its id, once (ETH_RPC_URL, CONTRACT_REGISTRY, ENTENTE_KEY)')
    .requiredOption('--evidence-log <address>', 'the EvidenceLog there')
    .requiredOption('--outbox <address>', 'the Outbox there')
    .action(async (chain: string, options) => (await govern()).recogniseChain(chain, options))

  relay
    .command('vouchers <chain>')
    .description('have governance say which domains vouch for its blocks (ETH_RPC_URL, CONTRACT_REGISTRY, ENTENTE_KEY)')
    .requiredOption('--domains <ids>', 'with commas between')
    .requiredOption('--quorum <k>', 'how many of them must')
    .action(async (chain: string, options) => (await govern()).nameVouchers(chain, options))

  relay
    .command('validators <chain>')
    .description(
      'of a chain with QBFT, instead: have governance say who seals its blocks (ETH_RPC_URL, CONTRACT_REGISTRY, ENTENTE_KEY)',
    )
    .requiredOption('--validators <addresses>', 'with commas between, in the order of its headers')
    .requiredOption('--since <block>', 'the block from which on they do')
    .action(async (chain: string, options) => (await govern()).nameValidators(chain, options))

  relay
    .command('appoint <attester>')
    .description('as the admin of a domain, say which key attests for it (ETH_RPC_URL, CONTRACT_REGISTRY, ENTENTE_KEY)')
    .requiredOption('--domain <id>', 'the domain')
    .action(async (attester: string, options) => (await govern()).appointAttester(attester, options))

  relay
    .command('status')
    .description('print how far every relay on the bus has come, as JSON lines (NATS_URL, NATS_CREDS)')
    .action(async () => (await import('../print-figures.ts')).printFigures('relayFigures'))
}

function blockNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A block number, please.')
}
