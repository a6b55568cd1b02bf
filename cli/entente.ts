#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { explainError } from '../protocol/errors.ts'
import { readConfig } from '../stack/config.ts'
import { exitCodeOf, exitCodes, exitCodesHelp } from './exit-codes.ts'
import { addGoalVerb } from './goal/verb.ts'
import { addKeyVerbs } from './key/verbs.ts'
import { addListenerVerbs } from './listener/verbs.ts'
import { addNodeVerbs } from './node/verbs.ts'
import { addPolicyVerbs } from './policy/verbs.ts'
import type { sendDecision } from './send-decision.ts'
import { addTowerVerbs } from './tower/verbs.ts'

type SendDecision = typeof sendDecision

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

program
  .command('explain <bundle>')
  .description('write a page that says to a person what an evidence bundle holds: one HTML file, which loads nothing')
  .option('--out <file>', 'where the page goes (default: beside the bundle)')
  .action(async (file: string, options) => {
    const { explain } = await import('./explain.ts')
    await explain(file, options)
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

const decide = async (verb: Parameters<SendDecision>[0], decision: object) => {
  const { sendDecision } = await import('./send-decision.ts')
  await sendDecision(verb, decision)
}
const signed = 'Signed with the key in ENTENTE_KEY, and sent over the bus (NATS_URL, NATS_CREDS).'

program
  .command('awaits <task>')
  .description('print what a task waits for from people: approvals, questions, signals (NATS_URL, NATS_CREDS)')
  .action(async (taskId: string) => (await import('./awaits.ts')).printAwaited(taskId))

program
  .command('approve <task> <subtask> <hash>')
  .description(`answer an approval, for exactly the content of this hash. ${signed}`)
  .option('--deny', 'deny it')
  .action((taskId: string, subtaskId: string, contentHash: string, { deny = false }) =>
    decide('approve', { taskId, subtaskId, contentHash, granted: !deny }),
  )

program
  .command('answer <task> <subtask> <hash> <answer>')
  .description(`answer a question, for exactly what was shown under this hash; the answer is JSON. ${signed}`)
  .action(async (taskId: string, subtaskId: string, contentHash: string, text: string) => {
    const { readJson } = await import('./read-json.ts')
    await decide('answer', { taskId, subtaskId, contentHash, answer: readJson('the answer', text) })
  })

program
  .command('signal <task> <signal> [payload]')
  .description(`tell a task of something that it waits for; the payload is JSON (default: null). ${signed}`)
  .action(async (taskId: string, signal: string, text = 'null') => {
    const { readJson } = await import('./read-json.ts')
    await decide('signal', { taskId, signal, payload: readJson('the payload', text) })
  })

program
  .command('cancel <task>')
  .description(`cancel a task. ${signed}`)
  .requiredOption('--reason <text>', 'why')
  .action((taskId: string, { reason }) => decide('cancel', { taskId, reason }))

program
  .command('pause <task>')
  .description(`give out no new work of a task; what is under way goes on. ${signed}`)
  .requiredOption('--reason <text>', 'why')
  .action((taskId: string, { reason }) => decide('pause', { taskId, reason }))

program
  .command('resume <task>')
  .description(`give out work of a paused task again. ${signed}`)
  .action((taskId: string) => decide('resume', { taskId }))

const dead = program.command('dead').description('messages that nobody could act on (NATS_URL, NATS_CREDS)')

dead
  .command('list')
  .description('print them as JSON lines, the oldest first')
  .action(async () => (await import('./dead-letters.ts')).printDeadLetters())

dead
  .command('retry <sequence>')
  .description('try one again; it is gone once that succeeded')
  .action(async (sequence: string) => (await import('./dead-letters.ts')).retryDeadLetter(sequence))

dead
  .command('drop <sequence>')
  .description('drop one')
  .action(async (sequence: string) => (await import('./dead-letters.ts')).forgetDeadLetter(sequence))

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
addTowerVerbs(program)
addPolicyVerbs(program)

const chain = program.command('chain').description('messages to the chain (NATS_URL, NATS_CREDS)')

chain
  .command('differences')
  .description('print what chain and business do not agree on, as JSON lines; exit status 1 when there is anything')
  .action(async () => {
    process.exitCode = await (await import('./chain.ts')).printDifferences()
  })

chain
  .command('accept <transaction>')
  .description('accept a transaction under a key of ours that no message has')
  .requiredOption('--reason <text>', 'whose it was')
  .action(async (hash: string, { reason }) => (await import('./chain.ts')).acceptStray(hash, reason))

chain
  .command('cancel <message>')
  .description('take a message back, if it is not mined before')
  .option('--tenant <name>', 'who sent it', 'consortium')
  .requiredOption('--reason <text>', 'why')
  .action(async (id: string, options) => (await import('./chain.ts')).takeBack(id, options))

chain
  .command('show [message]')
  .description('print the life of a message, a JSON line a step')
  .option('--key <tenant/operation/business-id>', 'by its idempotency key')
  .action(async (id: string | undefined, options) => (await import('./chain-show.ts')).showMessage(id, options))

chain
  .command('list')
  .description('print messages, the latest first, from the read model (DATABASE_URL, or ENTENTE_DATA)')
  .option('--task <id>', 'about this task')
  .option('--agent <id>', 'about this agent')
  .option('--key <tenant/operation/business-id>', 'with this idempotency key')
  .option('--hash <transaction>', 'with this transaction')
  .option('--since <time>', 'that came since then (ISO 8601)')
  .option('--state <state>', 'in this state')
  .option('--tenant <name>', 'of this tenant')
  .option('--limit <count>', 'at most so many', '100')
  .action(async options => (await import('./chain-list.ts')).listMessages(options))

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

addGoalVerb(program)

const lab = program.command('lab').description('run the rules on data in files, without any server')

lab
  .command('shapley <file>')
  .description('Shapley values of a game: {"players":["a","b"],"values":{"a":"0","a,b":"1/2"}}; exact to 16 players')
  .option('--sample <orders>', 'estimate them from so many random orders, and print how far off they may be')
  .option('--seed <text>', 'what the orders are drawn from')
  .action(async (file: string, options) => (await import('./lab/shapley.ts')).shapley(file, options))

lab
  .command('agree')
  .description('how often rules of agreement are right on a file of answers, with colluders among the voters')
  .requiredOption('--answers <file>', 'CSV: question_id,category,correct,answers; one letter a model, - for none')
  .option('--panel <models>', 'random:9, drawn anew each time, or top:9, the best in the whole file', 'random:9')
  .option('--colluders <count>', 'who share one lie, added to the panel', '0')
  .option('--lie-rate <share>', 'of the questions on which they lie', '1')
  .option('--gold <share>', 'of the questions whose answer the learner knows', '0.02')
  .option('--draws <count>', 'of panel, gold and lies; means over them are printed', '10')
  .option('--seed <text>', 'what all is drawn from', '1')
  .action(async options => (await import('./lab/agree.ts')).agree(options))

lab
  .command('incentives')
  .description(
    'who earns what, of agents that are honest, lazy, lying, colluding and many, by the rules of coordinators',
  )
  .option('--tasks <count>', 'one after the other', '10000')
  .option('--seed <text>', 'what all is drawn from', '1')
  .option('--gold <share>', 'of the tasks whose right answer is known', '0.1')
  .option('--stake <credits>', 'that each agent has at stake; it asks 1.2 for its work', '30')
  .option('--wrong-penalty <share>', 'of the stake, for a wrong result', '0.3333')
  .option('--colluders <count>', 'of the 22 organisations; up to 17, in the place of honest ones', '3')
  .option('--collude-rate <share>', 'of the tasks on which colluders could outvote the others, on which they do', '1')
  .option('--error-rate <share>', 'of honest work that is wrong', '0.02')
  .option('--jail-after <count>', 'penalties, for 14 days of 20 tasks each; 0 for never', '3')
  .option('--sweep', 'vary gold, stake, wrong penalty, colluders, collude rate and error rate, each by itself')
  .action(async options => (await import('./lab/incentives.ts')).incentives(options))

lab
  .command('route')
  .description(
    'how many of the tools that people found necessary for a request are among the five retrieved for it (wholeQuestion), ' +
      'or among the five for each of its steps, all together (perStep), or the first of each step and then the second ' +
      'until there are five (perStepFiveInAll); the mean over requests. A tool is told by its name; its server counts ' +
      'as found with any tool of a server that has one of that name.',
  )
  .requiredOption('--tools <file>', 'JSON: [{ server, serverDescription, tool, description }, …]')
  .requiredOption('--queries <file>', 'JSON: [{ question, steps: […], tools: [names] }, …]')
  .addOption(
    new Option('--by <order>', 'another order than that of the retriever, to see what its parts are worth')
      .choices(['mean', 'bm25', 'embedding', 'rrf'])
      .default('mean'),
  )
  .option('--folds <count>', 'also the figures of so many parts of the requests')
  .action(async options => (await import('./lab/route.ts')).labRoute(options, readConfig(process.env)))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else {
    process.stderr.write(`${explainError(error)}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
