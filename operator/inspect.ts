import { jetstream } from '@nats-io/jetstream'
import type { FastifyInstance } from 'fastify'
import { EntenteError } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'
import { type Inspection, readable, referenceToSupervision } from '../protocol/supervision.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Lets a regulator read what the supervision policy in force entitles it to, and nothing else. Each read is in the stream
 * `INSPECTIONS`, from which nothing can be taken out, before it is answered; where that fails it is not answered.
 */
export function inspect(app: FastifyInstance, { nc, supervision }: Pick<Surroundings, 'nc' | 'supervision'>): void {
  const js = jetstream(nc)
  app.addHook('preHandler', async ({ caller, method, url, routeOptions }) => {
    if (caller?.role !== 'regulator' || routeOptions.config.callers === 'anyone') return
    const policy = supervision.current()
    const resource = resourceOf(url)
    const may = method === 'GET' && resource && policy?.regulator.reads.includes(resource)
    if (!resource || !policy || !may) {
      const by = policy ? `${policy.id}@${policy.version}` : 'no supervision policy'
      throw new EntenteError('UNAUTHORIZED', `${by} entitles a regulator to ${method} ${url.split('?')[0]}`)
    }
    const { id: keyId, name: holder } = caller
    const read: Inspection = { keyId, holder, url, resource, policy: referenceToSupervision(policy), atMs: Date.now() }
    await js.publish(subjects.inspection(keyId), JSON.stringify(read)).catch((cause: unknown) => {
      throw new EntenteError('BUS_UNREACHABLE', 'what a regulator reads cannot be recorded now', { cause })
    })
  })
}

function resourceOf(url: string) {
  const [, first, , last] = /^\/v1\/([a-z]+)(\/[^/?]+)?(\/[a-z]+)?/.exec(url) ?? []
  if (first === 'tasks' && last === '/bundle') return 'bundles' as const
  return readable.find(each => each === first)
}
