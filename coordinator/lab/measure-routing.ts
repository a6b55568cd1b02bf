import type { Embedder } from '../../registry/retrieve/embedder.ts'
import { inTurns } from '../../registry/retrieve/in-turns.ts'
import { createRetriever, type Retriever } from '../../registry/retrieve/retriever.ts'
import { type Order, orders } from './orders.ts'
import { meanRecall, type Owners, ownersOf, type Recall, recallOf } from './recall.ts'
import type { RoutingQuery, RoutingTool } from './tool-routing.ts'

const FOUND = 5

export interface RoutingOptions {
  readonly order: Order
  /** Also the figures of so many parts of the queries, each by itself. */
  readonly folds: number
}

export interface RoutingFigures {
  /** Five tools for the question as it is asked. */
  readonly wholeQuestion: Recall
  /** Five tools for each step, all of them together. */
  readonly perStep: Recall
  /** Five tools in all: the first of each step, then the second of each. */
  readonly perStepFiveInAll: Recall
}

export interface RoutingReport extends RoutingFigures {
  readonly folds?: readonly RoutingFigures[]
  readonly order: Order
  readonly embedder: string
  readonly counts: Readonly<Record<'queries' | 'steps' | 'tools' | 'servers' | 'wantedToolsThatNoServerHas', number>>
  readonly ms: { readonly index: number; readonly aRetrieval: number }
}

/**
 * How often the tools that people found necessary are among those retrieved.
 * @throws EntenteError EMBEDDING_FAILED
 */
export async function measureRouting(
  tools: ReadonlyMap<string, RoutingTool>,
  queries: readonly RoutingQuery[],
  embedder: Embedder,
  options: RoutingOptions,
): Promise<RoutingReport> {
  const startMs = performance.now()
  const retriever = await createRetriever(
    [...tools.values()].map(({ sought }) => sought),
    embedder,
  )
  const indexedMs = performance.now()
  const owners = ownersOf(tools.values())
  const find = finderOf(retriever, tools, options.order)
  const each: RoutingFigures[] = []
  for (const query of queries) each.push(await figuresOf(query, { owners, find }))
  const endMs = performance.now()

  const steps = queries.reduce((sum, query) => sum + stepsOf(query).length, 0)
  const folds = Array.from({ length: options.folds }, (_, fold) => each.filter((_, i) => i % options.folds === fold))
  return {
    ...meanOf(each),
    ...(options.folds > 0 ? { folds: folds.filter(fold => fold.length > 0).map(meanOf) } : {}),
    order: options.order,
    embedder: embedder.name,
    counts: {
      queries: queries.length,
      steps,
      tools: tools.size,
      servers: new Set([...tools.values()].map(({ server }) => server)).size,
      wantedToolsThatNoServerHas: queries.flatMap(query => query.tools).filter(tool => !owners.has(tool)).length,
    },
    ms: { index: Math.round(indexedMs - startMs), aRetrieval: tenths((endMs - indexedMs) / (steps + queries.length)) },
  }
}

interface Finder {
  readonly owners: Owners
  find(query: string): Promise<RoutingTool[]>
}

function finderOf(retriever: Retriever, tools: ReadonlyMap<string, RoutingTool>, order: Order): Finder['find'] {
  // The other orders rest on places among all, so all are explained to them.
  const explained = order === 'mean' ? FOUND : tools.size
  return async query => {
    const explanation = retriever.explain(await retriever.read(query), explained)
    return orders[order](explanation)
      .slice(0, FOUND)
      .map(id => tools.get(id)!)
  }
}

async function figuresOf(query: RoutingQuery, { owners, find }: Finder) {
  const found: RoutingTool[][] = []
  for (const step of stepsOf(query)) found.push(await find(step))
  const recall = (tools: readonly RoutingTool[]) => recallOf(query.tools, tools, owners)
  return {
    wholeQuestion: recall(await find(query.question)),
    perStep: recall(found.flat()),
    perStepFiveInAll: recall(inTurns(found, FOUND)),
  }
}

/** A question without steps is its only step. */
function stepsOf({ question, steps }: RoutingQuery): readonly string[] {
  return steps.length > 0 ? steps : [question]
}

function meanOf(each: readonly RoutingFigures[]): RoutingFigures {
  return {
    wholeQuestion: meanRecall(each.map(({ wholeQuestion }) => wholeQuestion)),
    perStep: meanRecall(each.map(({ perStep }) => perStep)),
    perStepFiveInAll: meanRecall(each.map(({ perStepFiveInAll }) => perStepFiveInAll)),
  }
}

const tenths = (ms: number) => Math.round(ms * 10) / 10
