import { measureRouting } from '../../coordinator/lab/measure-routing.ts'
import type { Order } from '../../coordinator/lab/orders.ts'
import { parseQueries, parseTools } from '../../coordinator/lab/tool-routing.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { embedderOf } from '../../registry/retrieve/embedder-of.ts'
import type { Config } from '../../stack/config.ts'
import { readText } from '../read-text.ts'

export interface LabRouteOptions {
  readonly tools: string
  readonly queries: string
  readonly by: Order
  readonly folds?: string
}

/** `entente lab route`: the recall of tools and servers, as one JSON document. */
export async function labRoute({ tools, queries, by, folds }: LabRouteOptions, config: Config) {
  const report = await measureRouting(
    parseTools(tools, readText(tools)),
    parseQueries(queries, readText(queries)),
    embedderOf(config),
    { order: by, folds: folds === undefined ? 0 : countOf(folds) },
  )
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
}

function countOf(folds: string): number {
  if (/^([2-9]|[1-9]\d)$/.test(folds)) return Number(folds)
  throw new EntenteError('COMMAND_INVALID', `--folds takes a whole number from 2 to 99, ${folds} is none`)
}
