import { DBOS } from '@dbos-inc/dbos-sdk'
import { runLevels } from './run-levels.mjs'

/** A workflow of steps, the result of each in PostgreSQL before the next begins. */
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.DATABASE_URL, runAdminServer: false, logLevel: 'error' })

const marks = new Map()
const chain = DBOS.registerWorkflow(
  async (id, steps) => {
    marks.get(id)()
    for (let n = 0; n < steps; n++) {
      await DBOS.runStep(async () => n + 1, { name: `step-${n}` })
      marks.get(id)()
    }
  },
  { name: 'chain' },
)
await DBOS.launch()

await runLevels(async ({ id, steps, onStep }) => {
  marks.set(id, onStep)
  const handle = await DBOS.startWorkflow(chain, { workflowID: id })(id, steps)
  await handle.getResult()
})
process.exit(0)
