import type { Command } from 'commander'

/** Messages that nobody could act on. */
export function addDeadLetterVerbs(program: Command): void {
  const dead = program.command('dead').description('messages that nobody could act on (NATS_URL, NATS_CREDS)')

  dead
    .command('list')
    .description('print them as JSON lines, the oldest first')
    .action(async () => (await import('./letters.ts')).printDeadLetters())

  dead
    .command('retry <sequence>')
    .description('try one again; it is gone once that succeeded')
    .action(async (sequence: string) => (await import('./letters.ts')).retryDeadLetter(sequence))

  dead
    .command('drop <sequence>')
    .description('drop one')
    .action(async (sequence: string) => (await import('./letters.ts')).forgetDeadLetter(sequence))
}
