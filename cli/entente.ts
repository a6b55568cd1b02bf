#!/usr/bin/env node
import { Command, CommanderError, Help, InvalidArgumentError, Option } from 'commander'
import { explainError } from '../protocol/errors.ts'
import { readConfig } from '../stack/config.ts'
import { endWithReader } from '../stack/shutdown.ts'
import { addAlertVerbs } from './alert/verbs.ts'
import { addChainVerbs } from './chain/verbs.ts'
import { addConfigVerbs } from './config/verbs.ts'
import { addContractVerbs } from './contract/verbs.ts'
import { addDeadLetterVerbs } from './dead/verbs.ts'
import { addDecisionVerbs } from './decision/verbs.ts'
import { exitCodeOf, exitCodes, exitCodesHelp } from './exit-codes.ts'
import { addGoalVerb } from './goal/verb.ts'
import { addKeyVerbs } from './key/verbs.ts'
import { addLabVerbs } from './lab/verbs.ts'
import { addListenerVerbs } from './listener/verbs.ts'
import { addNodeVerbs } from './node/verbs.ts'
import { addPolicyVerbs } from './policy/verbs.ts'
import { addRaterVerbs } from './rater/verbs.ts'
import { addRegulatorVerbs } from './regulator/verbs.ts'
import { addRelayVerbs } from './relay/verbs.ts'
import { addSettlerVerbs } from './settler/verbs.ts'
import { addTemplateVerbs } from './template/verbs.ts'
import { addTowerVerbs } from './tower/verbs.ts'
import { addWitnessVerbs } from './witness/verbs.ts'

/** The `entente` command. Each verb is a file of its own, loaded when it is asked for. */
const program = new Command('entente')
  .description('Departments that do not answer to one another lend their agents to one task, and prove the result.')
  .showHelpAfterError('(--help says more)')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'COMMAND_INVALID: ')) })
  .configureHelp({ optionDescription })
  .addHelpText('after', exitCodesHelp)
  .exitOverride()
  .enablePositionalOptions()

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
  .option('--rpc <url>', 'a node of the chain', nodeUrl)
  .option('--witnesses <k>', 'of how many domains witnesses must have cosigned the checkpoint', wholeNumber)
  .option('--attestation <file>', 'a DSSE envelope whose statement must be what the bundle gives')
  .option('--attester <address>', 'who must have signed it', accountAddress)
  .option('--json', 'print the report as JSON')
  .action(async (file: string, options) => {
    const { verify } = await import('./verify.ts')
    process.exitCode = await verify(file, options)
  })

program
  .command('attest <bundle>')
  .description('sign an in-toto statement of what a bundle shows, as a DSSE envelope, with the key ENTENTE_KEY')
  .option('--out <file>', 'where it goes (default: beside the bundle)')
  .action(async (file: string, options) => {
    process.exitCode = await (await import('./attest.ts')).attest(file, options)
  })

program
  .command('verifier')
  .description('write the page that verifies evidence in a browser, with no server; prints its SHA-256')
  .option('--out <file>', 'where it goes', 'verify.html')
  .action(async options => (await import('./verifier.ts')).writeVerifier(options))

program
  .command('explain <source> [subtask]')
  .description(
    'of a bundle file alone: write a page that says what it holds, one HTML file, which loads nothing; with a subtask, of ' +
      'a bundle file or a task on the bus (NATS_URL): why its agents were chosen, in numbers, and the choice made again',
  )
  .option('--out <file>', 'where the page goes (default: beside the bundle)')
  .option('--json', 'of a subtask: print the numbers as JSON')
  .action(async (source: string, subtask: string | undefined, options) => {
    if (subtask === undefined) process.exitCode = await (await import('./explain.ts')).explain(source, options)
    else await (await import('./explain-subtask.ts')).explainSubtask(source, subtask, options)
  })

program
  .command('lineage <bundle> [place]')
  .description('from a place in a task (output, outputs.<subtask>, input, fields below) to all that is behind it')
  .option('--forward', 'to all that was made of it instead; also of agent:<id> and policy:<id>')
  .option('--json', 'print it as JSON')
  .action(async (file: string, place: string | undefined, options) => {
    const { lineage } = await import('./lineage.ts')
    process.exitCode = await lineage(file, place ?? 'output', options)
  })

program
  .command('redact <bundle>')
  .description('write what a domain may see of a bundle; what is left is proven as it was')
  .option('--for <domain>', 'the reader: a domain that took part (default: one that did not)')
  .option('--out <file>', 'where it goes (default: beside the bundle)')
  .action(async (file: string, options) => {
    const { writeRedacted } = await import('./redact.ts')
    process.exitCode = await writeRedacted(file, options)
  })

program
  .command('replay <task>')
  .description('fold a task again, event by event, from its log on the bus (NATS_URL) or from a bundle file')
  .option('--at <events>', 'stop after so many events, and show the task as it was then')
  .option('--json', 'print the task, and a hash of it, as JSON')
  .action(async (source: string, options) => {
    const { replay } = await import('./replay.ts')
    await replay(source, options)
  })

program
  .command('script <file> [arguments...]')
  .description('run a TypeScript program of your own, with the servers at hand that a consortium of its own starts')
  .passThroughOptions()
  .action(async (file: string, args: string[]) => (await import('./script.ts')).runScript(file, args))

addDecisionVerbs(program)
addDeadLetterVerbs(program)

program
  .command('statement')
  .description(
    'what an agent, or all agents of a domain, earned, claimed, drew, staked and lost; compared with the chain',
  )
  .option('--agent <id>', 'the agent')
  .option('--domain <id>', 'or a domain: all agents that it enrolled')
  .requiredOption('--from <time>', 'ISO 8601')
  .requiredOption('--to <time>', 'ISO 8601; the first moment that is not in it any more')
  .addOption(new Option('--format <format>', 'what is printed').choices(['csv', 'pdf']).default('csv'))
  .action(async options => (await import('./statement.ts')).printStatement(options))

addKeyVerbs(program)
addNodeVerbs(program)
addListenerVerbs(program)
addRaterVerbs(program)
addRelayVerbs(program)
addSettlerVerbs(program)
addTowerVerbs(program)
addWitnessVerbs(program)
addPolicyVerbs(program)
addAlertVerbs(program)
addRegulatorVerbs(program)
addChainVerbs(program)
addContractVerbs(program)
addConfigVerbs(program)
addTemplateVerbs(program)

addGoalVerb(program)
addLabVerbs(program)

endWithReader()
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else {
    process.stderr.write(`${explainError(error)}\n`)
    process.exitCode = exitCodeOf(error)
  }
}

/** As commander writes it, and whether it must be given. */
function optionDescription(option: Option): string {
  const description = new Help().optionDescription(option)
  return option.mandatory && option.defaultValue === undefined ? `${description} (required)` : description
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number, please.')
}

function nodeUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError('A URL, please, of http or https.')
}

function accountAddress(text: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase()
  throw new InvalidArgumentError('An address, please: 0x and 40 hexadecimal digits.')
}
