import { PostgresDialect, type PostgresPoolClient } from 'kysely'
import { Pool, type PoolClient, types } from 'pg'

const connectTimeoutMs = 5_000
const mostConnections = 10

export interface PostgresOptions {
  readonly connectionString: string
  /** What says nothing to a statement for so long is taken for away. */
  readonly silentAfterMs: number
  /** Makes the error of a server that is away. */
  readonly unreachable: (cause: unknown) => Error
}

/**
 * PostgreSQL by a pool of connections. A statement fails with what `unreachable` makes when there is no connection, when it breaks,
 * and when the server is silent; the next is asked on another connection. What the server itself says of a statement stays as it is.
 */
export function postgresDialect({ connectionString, silentAfterMs, unreachable }: PostgresOptions): PostgresDialect {
  const pool = new Pool({
    connectionString,
    max: mostConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types: {
      getTypeParser: (id, format) => (id === types.builtins.INT8 ? wholeNumber : types.getTypeParser(id, format)),
    },
  })
  // A connection that is lost while idle is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => {})

  async function connect(): Promise<PostgresPoolClient> {
    const client = await pool.connect().catch(cause => {
      throw unreachable(cause)
    })
    return lent(client, silentAfterMs, unreachable)
  }

  return new PostgresDialect({ pool: { options: pool.options, connect, end: () => pool.end() } })
}

/** A connection while somebody has it. */
function lent(client: PoolClient, silentAfterMs: number, unreachable: (cause: unknown) => Error): PostgresPoolClient {
  let lost: unknown = null
  const onError = (error: unknown) => {
    lost = error
  }
  client.on('error', onError)

  async function query(text: string, parameters: unknown[]) {
    const timer = setTimeout(() => {
      lost = new Error(`it said nothing for ${silentAfterMs / 1_000} s`)
      // Breaks off what is asked: its answer, should it come, is none to what is asked next.
      void client.end()
    }, silentAfterMs)
    try {
      return await client.query(text, parameters)
    } catch (cause) {
      throw lost ? unreachable(lost) : cause
    } finally {
      clearTimeout(timer)
    }
  }

  const release = () => {
    client.off('error', onError)
    client.release()
  }
  return { query, release } as unknown as PostgresPoolClient
}

// pg gives 64-bit integers as text; the embedded engine as numbers, and refuses those that do not fit.
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number; keep it in a text column`)
  return value
}
