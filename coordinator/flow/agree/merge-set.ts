import { canonicalJson, type Json } from '../../../protocol/canonical.ts'
import { type Deviate, type Replica, weightOf } from './replica.ts'

/** The elements that more than half of the weight names, in the order of their canonical JSON; others' sets deviate. */
export function mergeSet(path: string, replicas: readonly Replica[], deviate: Deviate): Json {
  const sets = new Map(replicas.map(replica => [replica, elementsOf(replica)]))
  const elements = new Map([...sets.values()].flatMap(own => [...own]))
  const merged = [...elements].filter(([name]) => {
    const naming = replicas.filter(replica => sets.get(replica)!.has(name))
    return weightOf(naming) * 2 > weightOf(replicas)
  })
  merged.sort(([a], [b]) => (a < b ? -1 : 1))
  const values = merged.map(([, element]) => element)
  for (const replica of replicas) {
    const own = sets.get(replica)!
    const fits = Array.isArray(replica.output) && own.size === merged.length && merged.every(([name]) => own.has(name))
    if (!fits) deviate({ agentId: replica.agentId, field: path, got: replica.output, merged: values })
  }
  return values
}

/** By canonical JSON: an element that is named twice is one. */
function elementsOf({ output }: Replica): Map<string, Json> {
  const elements = Array.isArray(output) ? (output as readonly Json[]) : []
  return new Map(elements.map(element => [canonicalJson(element), element]))
}
