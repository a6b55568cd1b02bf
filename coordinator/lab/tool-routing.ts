import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import type { Sought } from '../../registry/retrieve/sought.ts'

const optionalText = z.string().nullish()

const Tools = z
  .array(
    z.looseObject({
      server: z.string().min(1),
      serverDescription: optionalText,
      tool: z.string().min(1),
      description: optionalText,
    }),
  )
  .min(1)

const Queries = z
  .array(
    z.looseObject({
      question: z.string().min(1),
      steps: z.array(z.string().min(1)),
      tools: z.array(z.string().min(1)),
    }),
  )
  .min(1)

/** A request, the steps to which it comes down, and the names of the tools that people found necessary for it. */
export type RoutingQuery = z.infer<typeof Queries>[number]

export interface RoutingTool {
  readonly server: string
  readonly tool: string
  readonly sought: Sought
}

/**
 * The tools of a file, by an id that is theirs alone; one that a server lists twice counts once.
 * @throws EntenteError LAB_DATA_INVALID
 */
export function parseTools(file: string, text: string): Map<string, RoutingTool> {
  const tools = parse(file, text, Tools, '[{ "server", "serverDescription", "tool", "description" }, …]')
  return new Map(
    tools.map(({ server, serverDescription, tool, description }) => {
      const id = `${server}/${tool}`
      const provider = { name: server, description: serverDescription ?? '' }
      return [id, { server, tool, sought: { id, name: tool, description: description ?? '', provider } }]
    }),
  )
}

/**
 * The requests of a file that name any tool.
 * @throws EntenteError LAB_DATA_INVALID
 */
export function parseQueries(file: string, text: string): RoutingQuery[] {
  const queries = parse(file, text, Queries, '[{ "question", "steps": […], "tools": […] }, …]')
  const annotated = queries.filter(({ tools }) => tools.length > 0)
  if (annotated.length > 0) return annotated
  throw new EntenteError('LAB_DATA_INVALID', `${file}: no request names a tool, so there is nothing to recall`)
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>, form: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('LAB_DATA_INVALID', `${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new EntenteError('LAB_DATA_INVALID', `${file} is not of the form ${form}: ${firstOf(parsed.error)}`)
}

function firstOf({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!
  const more = issues.length === 1 ? '' : `, and ${issues.length - 1} more`
  return `${path.length === 0 ? 'the whole' : path.join('.')}: ${message}${more}`
}
