import type { RoutingTool } from './tool-routing.ts'

export interface Recall {
  readonly toolRecallAt5: number
  readonly serverRecallAt5: number
}

/**
 * How much of what people found necessary is among what was found.
 *
 * A tool is told by its name, as the annotations do: any server's will do. It counts as found when one of that name was,
 * and its server when any tool was of a server that has one of that name. A name that no server has is never found.
 */
export function recallOf(wanted: readonly string[], found: Iterable<RoutingTool>, owners: Owners): Recall {
  const names = new Set<string>()
  const servers = new Set<string>()
  for (const { tool, server } of found) {
    names.add(tool)
    servers.add(server)
  }
  const different = [...new Set(wanted)]
  const hasServer = (tool: string) => [...(owners.get(tool) ?? [])].some(server => servers.has(server))
  return {
    toolRecallAt5: different.filter(tool => names.has(tool)).length / different.length,
    serverRecallAt5: different.filter(hasServer).length / different.length,
  }
}

/** The servers that have a tool of a name. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>

export function ownersOf(tools: Iterable<RoutingTool>): Owners {
  const owners = new Map<string, Set<string>>()
  for (const { tool, server } of tools) {
    const servers = owners.get(tool) ?? new Set()
    owners.set(tool, servers.add(server))
  }
  return owners
}

/** The mean over queries, to four digits. */
export function meanRecall(recalls: readonly Recall[]): Recall {
  const mean = (of: (recall: Recall) => number) =>
    Math.round((recalls.reduce((sum, recall) => sum + of(recall), 0) / recalls.length) * 1e4) / 1e4
  return { toolRecallAt5: mean(r => r.toolRecallAt5), serverRecallAt5: mean(r => r.serverRecallAt5) }
}
