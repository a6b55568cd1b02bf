import { readFileSync } from 'node:fs'
import MiniSearch from 'minisearch'
import { type Candidate, route } from '../../coordinator/flow/route.ts'
import { parseQueries, parseTools, type RoutingTool } from '../../coordinator/lab/tool-routing.ts'
import { sha256 } from '../../protocol/hash.ts'
import type { Embedder } from '../../registry/retrieve/embedder.ts'
import { englishEmbedder } from '../../registry/retrieve/english-embedder.ts'
import { choiceFrom } from '../../registry/retrieve/explanation.ts'
import { createRetriever, type ReadQuery } from '../../registry/retrieve/retriever.ts'
import type { Sought } from '../../registry/retrieve/sought.ts'
import { quantile, type Row } from './print-table.ts'

const SKILLS = 10_000
const FOUND = 5
const WARM_UP = 20
const read = (name: string) => readFileSync(new URL(`../data/tool-routing/${name}`, import.meta.url), 'utf8')

/**
 * How long a choice among 10,000 skills takes, beside the same steps in minisearch, which knows words alone.
 *
 * The skills are made from 527 real tools of 70 real servers by recombination: each tool as several servers would offer
 * it. Queries are the real requests' steps; what the model takes for a query is a row of its own.
 */
export async function benchRoute(): Promise<Row[]> {
  const skills = recombined([...parseTools('tools.json', read('tools.json')).values()])
  const steps = parseQueries('queries.json', read('queries.json')).flatMap(query => query.steps)
  const retriever = await createRetriever(skills, englishEmbedder)
  const unlike = await createRetriever(skills.map(numbered), unnumbering)
  const words = minisearchOf(skills)
  const offers = offersOf(skills)

  const queries: ReadQuery[] = []
  const embedding = await timesOf(steps, async step => queries.push(await retriever.read(step)))
  const choice = await timesOf(queries, query => choiceFrom(retriever.explain(query, FOUND)))
  const choiceOfUnlike = await timesOf(queries, query => choiceFrom(unlike.explain(query, FOUND)))
  const toAgent = await timesOf(queries, query => agentFor(offers, choiceFrom(retriever.explain(query, FOUND))[0]!.id))
  const minisearch = await timesOf(steps, step => words.search(step).slice(0, FOUND))

  const row = (what: string, times: number[]) => ({
    what,
    'p50 ms': quantile(times, 0.5),
    'p95 ms': quantile(times, 0.95),
    'of minisearch': quantile(times, 0.5) / quantile(minisearch, 0.5),
  })
  return [
    row('words and meaning, where many skills say the same of themselves', choice),
    row('words and meaning, where each has a vector of its own', choiceOfUnlike),
    row('the first of these, to the agent chosen of all who offer it', toAgent),
    row('minisearch: words alone', minisearch),
    row('before: the meaning of the query', embedding),
  ]
}

/** The agent that is given the work: filtered, scored and chosen of all that offer a skill of this name. */
function agentFor(offers: ReadonlyMap<string, readonly Candidate[]>, id: string): string {
  const wish = { taskId: id, seed: sha256(id), subtaskId: 's', attempt: 1, replicas: 1, failed: [], deadlineMs: 1_000 }
  return route({ ...wish, stakeBps: 26_000 }, offers.get(id)!)!.chosen[0]!.agentId
}

/** By skill, who offers one of the same name: each skill is another agent's. */
function offersOf(skills: readonly Sought[]): ReadonlyMap<string, readonly Candidate[]> {
  const byName = new Map<string, Candidate[]>()
  for (const [number, { name }] of skills.entries()) {
    const good = number % 40
    const reputation = { own: { good, bad: 1 }, domain: { good: good + 5, bad: 2 } }
    const agent = { agentId: `${number}`, domainId: `domain-${number % 70}`, wallet: `0x${'11'.repeat(20)}` as const }
    const known = {
      price: '1000000',
      stake: `${number % 90}000000`,
      load: number % 3,
      places: 4,
      reputation,
      tookMs: 40,
    }
    byName.set(name, [...(byName.get(name) ?? []), { ...agent, ...known }])
  }
  return new Map(skills.map(({ id, name }) => [id, byName.get(name)!]))
}

/** Each skill says something of its own, so that none shares a vector with another... */
const numbered = (skill: Sought, number: number): Sought => ({
  ...skill,
  description: `#${number} ${skill.description}`,
})
/** ...while only what differs in more than the number is embedded: that is not what is measured. */
const unnumbering: Embedder = {
  ...englishEmbedder,
  async embed(texts) {
    const plain = texts.map(text => text.replace(/: #\d+ ?/, ': '))
    const different = [...new Set(plain)]
    const vectors = await englishEmbedder.embed(different)
    const vectorOf = new Map(different.map((text, index) => [text, vectors[index]!]))
    return plain.map(text => vectorOf.get(text)!)
  },
}

/** Milliseconds of each, after as many as warm the engine up. */
async function timesOf<T>(items: readonly T[], run: (item: T) => unknown): Promise<number[]> {
  for (const item of items.slice(0, WARM_UP)) await run(item)
  const times: number[] = []
  for (const item of items) {
    const startMs = performance.now()
    await run(item)
    times.push(performance.now() - startMs)
  }
  return times
}

function recombined(tools: readonly RoutingTool[]): Sought[] {
  const providers = [...new Map(tools.map(({ server, sought }) => [server, sought.provider])).values()]
  return Array.from({ length: SKILLS }, (_, i) => {
    const round = Math.floor(i / tools.length)
    const { name, description } = tools[i % tools.length]!.sought
    return { id: `skill-${i}`, name, description, provider: providers[(i + round) % providers.length]! }
  })
}

function minisearchOf(skills: readonly Sought[]): MiniSearch {
  const fields = ['name', 'description', 'providerName', 'providerDescription']
  const index = new MiniSearch({ fields })
  index.addAll(
    skills.map(({ id, name, description, provider }) => ({
      id,
      name,
      description,
      providerName: provider.name,
      providerDescription: provider.description,
    })),
  )
  return index
}
