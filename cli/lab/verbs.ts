import { type Command, Option } from 'commander'
import { readConfig } from '../../stack/config.ts'

/** The rules on data in files. */
export function addLabVerbs(program: Command): void {
  const lab = program.command('lab').description('run the rules on data in files, without any server')

  lab
    .command('shapley <file>')
    .description('Shapley values of a game: {"players":["a","b"],"values":{"a":"0","a,b":"1/2"}}; exact to 16 players')
    .option('--sample <orders>', 'estimate them from so many random orders, and print how far off they may be')
    .option('--seed <text>', 'what the orders are drawn from')
    .action(async (file: string, options) => (await import('./shapley.ts')).shapley(file, options))

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
    .action(async options => (await import('./agree.ts')).agree(options))

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
    .action(async options => (await import('./incentives.ts')).incentives(options))

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
    .action(async options => (await import('./route.ts')).labRoute(options, readConfig(process.env)))
}
