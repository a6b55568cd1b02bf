import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { streamsOf } from '../coordinator/views/places.ts'
import { problemType } from './problem.ts'

type Described = { readonly response?: Readonly<Record<string, object>> }

/**
 * As routes are described; problems under the type that they come with; and of routes whose answers are kept, how an answer is
 * named and asked for again.
 */
export const describePages: typeof jsonSchemaTransform = document => {
  const { schema: plain, url } = jsonSchemaTransform(document)
  const schema = withProblems(plain as Described)
  const { reads } = document.route.config ?? {}
  if (!reads) return { schema, url }
  const { response = {}, ...rest } = schema
  const follows = `another when one of these streams has moved on: ${streamsOf(reads).join(', ')}`
  const headers = { ETag: { type: 'string', description: `Names this very answer; ${follows}` } }
  const ifNoneMatch = { type: 'string', description: '`ETag` of the answers that are there already' }
  const described = {
    ...rest,
    headers: { type: 'object', properties: { 'if-none-match': ifNoneMatch } },
    response: {
      ...response,
      200: { ...response[200], headers },
      304: { type: 'null', description: 'It is the answer that is there already', headers },
    },
  }
  return { schema: described, url }
}

function withProblems(schema: Described): Described {
  const { default: problem, ...others } = schema.response ?? {}
  if (!problem) return schema
  const refusal = { description: 'It failed; `code` says how', content: { [problemType]: { schema: problem } } }
  return { ...schema, response: { ...others, default: refusal } }
}
