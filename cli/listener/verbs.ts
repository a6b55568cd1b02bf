import type { Command } from 'commander'

/** `entente listener`: webhooks that are told of chain events. */
export function addListenerVerbs(program: Command): void {
  const listener = program
    .command('listener')
    .description('webhooks that are told of confirmed chain events (NATS_URL, NATS_CREDS)')

  listener
    .command('add <url>')
    .description('tell a webhook of events; prints its id, and once its secret, with which every message is signed')
    .option('--events <names>', 'Contract.Event or Contract.*, apart by commas (default: all)')
    .option('--from <block>', 'the first block whose events it gets, or now', 'now')
    .option('--attempts <number>', 'how often an event is tried before it is given up (default: 10)')
    .action(async (url: string, options) => (await import('./listeners.ts')).addListener(url, options))

  listener
    .command('list')
    .description('print them as JSON lines, with how far each is')
    .action(async () => (await import('./listeners.ts')).printListeners())

  listener
    .command('remove <listener>')
    .description('tell it nothing more, and forget what it did not take')
    .action(async (id: string) => (await import('./listeners.ts')).removeListener(id))

  listener
    .command('dead <listener>')
    .description('print the events that it did not take, as JSON lines, the oldest first')
    .action(async (id: string) => (await import('./listeners.ts')).printUndelivered(id))

  listener
    .command('retry <listener> [sequence]')
    .description('tell it once more of an event that it did not take, or of all of them')
    .action(async (id: string, sequence?: string) => (await import('./listeners.ts')).retryDeliveries(id, sequence))
}
