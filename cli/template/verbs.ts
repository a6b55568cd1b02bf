import type { Command } from 'commander'

/** Process templates, before anything runs. */
export function addTemplateVerbs(program: Command): void {
  const template = program.command('template').description('check process templates before anything runs')

  template
    .command('check <file>')
    .description('say all that is wrong with a template, YAML or JSON, each with its line')
    .option('--skills <file>', 'a list of skills or of agent cards: check that they exist, and that the schemas fit')
    .option('--templates <folder>', 'where the templates lie that this one uses by name')
    .option('--budget <amount>', 'in the smallest unit: check that the dearest offers fit it')
    .option('--time <ms>', 'check that the longest chain fits it')
    .action(async (file: string, options) => {
      const { check } = await import('./check.ts')
      process.exitCode = check(file, options)
    })

  template
    .command('lock <file>')
    .description('name every template within by its hash; print the artifacts to store, the template first')
    .option('--templates <folder>', 'where the templates lie that this one uses by name')
    .action(async (file: string, options) => {
      const { lock } = await import('./lock.ts')
      lock(file, options)
    })

  template
    .command('fill <file>')
    .description('name a skill for each node that says in words what it wants (find); print the template as JSON')
    .option('--skills <file>', 'a list of skills or of agent cards to choose from')
    .option('--offered', 'choose from the skills that agents offer on the bus now (NATS_URL)')
    .option('--templates <folder>', 'where the templates lie that this one uses by name')
    .option('--explain <file>', 'where to write what each choice rests on, as JSON')
    .action(async (file: string, options) => {
      const { fill } = await import('./fill.ts')
      await fill(file, options)
    })

  template
    .command('schema')
    .description('print the JSON Schema of templates')
    .action(async () => {
      const { templateSchema } = await import('../../coordinator/planner/template-schema.ts')
      process.stdout.write(`${JSON.stringify(templateSchema(), null, 2)}\n`)
    })
}
