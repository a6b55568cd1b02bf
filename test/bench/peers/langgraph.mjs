import { Annotation, END, START, StateGraph } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import { runLevels } from './run-levels.mjs'

/** A graph that takes one step again and again, with a checkpoint written after each before the next begins. */
const { DATABASE_URL, SQLITE_FILE } = process.env
const checkpointer = DATABASE_URL ? PostgresSaver.fromConnString(DATABASE_URL) : SqliteSaver.fromConnString(SQLITE_FILE)
if (DATABASE_URL) await checkpointer.setup()

const marks = new Map()
const State = Annotation.Root({ id: Annotation(), n: Annotation(), steps: Annotation() })
const graph = new StateGraph(State)
  .addNode('step', ({ id, n }) => {
    marks.get(id)()
    return { n: n + 1 }
  })
  .addEdge(START, 'step')
  .addConditionalEdges('step', ({ n, steps }) => (n < steps ? 'step' : END))
  .compile({ checkpointer })

await runLevels(async ({ id, steps, onStep }) => {
  marks.set(id, onStep)
  await graph.invoke(
    { id, n: 0, steps },
    { configurable: { thread_id: id }, durability: 'sync', recursionLimit: steps + 2 },
  )
  onStep()
})
process.exit(0)
