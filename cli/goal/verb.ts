import type { Command } from 'commander'
import { readConfig } from '../../stack/config.ts'

/** `entente goal`. */
export function addGoalVerb(program: Command): void {
  program
    .command('goal <text>')
    .description(
      'make a plan of a goal, in English or Chinese, and say why, or why not: by a language model where one is configured ' +
        '(OPENAI_MODEL, OPENAI_BASE_URL, OPENAI_API_KEY) and --skills says what is on offer; else, or where the model fails, by ' +
        'the template that the goal asks for. Nothing is run or ordered, unless --order says so: then the order is signed with the ' +
        'key in ENTENTE_KEY, of the admin of the domain that pays, sent over the bus (NATS_URL, NATS_CREDS), and followed to its proof.',
    )
    .option('--templates <folder>', 'where templates are looked for, YAML or JSON (default: those of the scenarios)')
    .option('--skills <file>', 'a list of skills or of agent cards: what plans may be made of, and are checked against')
    .option('--model <name>', 'another model than OPENAI_MODEL; none asks no model')
    .option('--input-schema <file>', "JSON Schema of the task's input; a model sees it, and never the input")
    .option('--budget <amount>', 'of the task, in the smallest unit: the dearest offers must fit it')
    .option('--time <ms>', 'of the task: the longest chain must fit it')
    .option('--repairs <count>', 'times that a model is told what is wrong, and asked again', '2')
    .option('--max-tokens <count>', 'of planning itself, in and out', '60000')
    .option('--max-seconds <seconds>', 'of planning itself', '120')
    .option('--max-cost <amount>', 'of planning itself, in the currency of --prices')
    .option('--prices <in/out>', 'what a million tokens cost: 2.50/10')
    .option('--fresh', 'use no plan that was kept of the same goal, skills and model')
    .option(
      '--json',
      'print one line of JSON: the plan, and all that an order takes; with --order, a line an event, and the outcome',
    )
    .option('--offered', 'plan with the skills that agents offer on the bus now, instead of --skills')
    .option(
      '--order',
      'order it, and follow it to the end; plans with what is offered on the bus where --skills is not given',
    )
    .option('--input <file>', "the task's input, JSON or YAML (default: {})")
    .option('--approver <address...>', 'who may answer approvals (default: who orders)')
    .option(
      '--keeper <agent>',
      "who keeps the keys to what is sealed of the input (default: the domain's first agent at work)",
    )
    .option('--replan <times>', 'let a model replace the rest of the plan so often when a subtask fails for good')
    .option('--out <folder>', 'where the bundle goes', 'out')
    .action(async (text: string, options) => {
      const { goal } = await import('./goal.ts')
      await goal(text, options, readConfig(process.env))
    })
}
