import type { Command } from 'commander'

const bus = '(NATS_URL, NATS_CREDS)'

/** `entente key …` */
export function addKeyVerbs(program: Command): void {
  const key = program.command('key').description("keys: custody of a party's own, and those that the gateways hold")
  addCustody(key)
  addDecisions(key)
}

function addCustody(key: Command): void {
  const custody = () => import('./custody.ts')
  key
    .command('new <file>')
    .description('make a new key, in a file of mode 0600')
    .action(async (file: string) => (await custody()).newKey(file))
  key
    .command('split <file>')
    .description('split a key into shares, each a file of mode 0600, for a backup in several hands')
    .requiredOption('--of <n>', 'how many shares')
    .requiredOption('--need <m>', 'how many of them bring the key back')
    .requiredOption('--out <folder>', 'where the shares go')
    .action(async (file: string, options) => (await custody()).split(file, options))
  key
    .command('join <share...>')
    .description('bring a key back from its shares')
    .requiredOption('--out <file>', 'where the key goes')
    .action(async (shares: string[], options) => (await custody()).join(shares, options))
  key
    .command('export <file>')
    .description('write a key as a keystore (version 3)')
    .requiredOption('--password <file>', 'file of mode 0600 with the password')
    .requiredOption('--out <file>', 'where the keystore goes')
    .action(async (file: string, options) => (await custody()).exportKey(file, options))
  key
    .command('import <keystore>')
    .description('write the key in a keystore (version 3) as a key file')
    .requiredOption('--password <file>', 'file of mode 0600 with the password')
    .requiredOption('--out <file>', 'where the key goes')
    .action(async (keystore: string, options) => (await custody()).importKey(keystore, options))
}

function addDecisions(key: Command): void {
  const decisions = () => import('./decide.ts')
  key
    .command('list')
    .description(`print the keys that the gateways hold, as JSON lines ${bus}`)
    .action(async () => (await decisions()).printKeys())
  key
    .command('freeze <address>')
    .description(`sign nothing more with a key ${bus}`)
    .requiredOption('--reason <text>', 'why')
    .action(async (address: string, { reason }) => (await decisions()).decideKey(address, { do: 'freeze', reason }))
  key
    .command('thaw <address>')
    .description(`take back a freeze, or a rotation away from the key ${bus}`)
    .action(async (address: string) => (await decisions()).decideKey(address, { do: 'thaw' }))
  key
    .command('rotate <address> <successor>')
    .description(`send new messages by another key; what has begun is finished by the old one ${bus}`)
    .action(async (address: string, successor: string) => {
      const { addressOf, decideKey } = await decisions()
      await decideKey(address, { do: 'rotate', to: addressOf(successor) })
    })
}
