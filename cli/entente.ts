#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { explainError } from '../protocol/errors.ts'
import { readConfig } from '../stack/config.ts'
import { exitCodeOf, exitCodes, exitCodesHelp } from './exit-codes.ts'

/** The `entente` command. Each verb is a file of its own, loaded when it is asked for. */
const program = new Command('entente')
  .description('Departments that do not answer to one another lend their agents to one task, and prove the result.')
  .showHelpAfterError('(--help says more)')
  .addHelpText('after', exitCodesHelp)
  .exitOverride()

const run = program.command('run').description('run a scenario on real servers')

run
  .command('emergency-response')
  .description('take a hazard through five departments to a response that anyone can verify')
  .option('--storm <file>', 'a HURDAT2 track, as CSV or as NOAA publishes it (default: Katrina 2005)')
  .option('--alert <file>', 'a CAP 1.1 or 1.2 alert')
  .option('--at <time>', 'see it as of this time (ISO 8601); for an alert also: sent')
  .addOption(new Option('--faulty <how>', 'one weather agency misbehaves').choices(['lie', 'silent']))
  .option('--approve', 'approve the response without asking')
  .option('--keep', 'leave the system running until Ctrl-C')
  .option('--json', 'print JSON lines; the last is the outcome')
  .option('--out <folder>', 'where the bundle goes', 'out')
  .action(async options => {
    const config = readConfig(process.env)
    const { hazardOf } = await import('./hazard-of.ts')
    const hazard = await hazardOf(options)
    // Only now what takes longer to load: bad input is refused at once.
    const [{ openView }, { runEmergencyResponse }] = await Promise.all([
      import('./view/open-view.ts'),
      import('./run-emergency-response.ts'),
    ])
    const { faulty = null, keep = false, out } = options
    const view = openView(options)
    view.hazard(hazard)
    await runEmergencyResponse(hazard, config, { faulty, keep, out }, view)
  })

program
  .command('verify <bundle>')
  .description('verify an evidence bundle from the file alone, and with --rpc against the chain')
  .option('--rpc <url>', 'a node of the chain')
  .option('--json', 'print the report as JSON')
  .action(async (file: string, options) => {
    const { verify } = await import('./verify.ts')
    process.exitCode = await verify(file, options)
  })

const template = program.command('template').description('check process templates before anything runs')

template
  .command('check <file>')
  .description('say all that is wrong with a template, YAML or JSON, each with its line')
  .option('--skills <file>', 'a list of skills or of agent cards: check that they exist, and that the schemas fit')
  .option('--templates <folder>', 'where the templates lie that this one uses by name')
  .option('--budget <amount>', 'in the smallest unit: check that the dearest offers fit it')
  .option('--time <ms>', 'check that the longest chain fits it')
  .action(async (file: string, options) => {
    const { check } = await import('./template/check.ts')
    process.exitCode = check(file, options)
  })

template
  .command('lock <file>')
  .description('name every template within by its hash; print the artifacts to store, the template first')
  .option('--templates <folder>', 'where the templates lie that this one uses by name')
  .action(async (file: string, options) => {
    const { lock } = await import('./template/lock.ts')
    lock(file, options)
  })

template
  .command('schema')
  .description('print the JSON Schema of templates')
  .action(async () => {
    const { templateSchema } = await import('../coordinator/planner/template-schema.ts')
    process.stdout.write(`${JSON.stringify(templateSchema(), null, 2)}\n`)
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else {
    process.stderr.write(`${explainError(error)}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
