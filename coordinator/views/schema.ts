import * as chain from './tables-of-chain.ts'
import * as consortium from './tables-of-consortium.ts'
import * as money from './tables-of-money.ts'
import * as tasks from './tables-of-tasks.ts'

/**
 * The tables of the read model: every column with its SQL type, from which the row types follow. A trailing `?` lets a
 * column be null. Amounts are decimal text, because no column of both engines holds 256 bits; JSON is text; `bigint`
 * holds whole numbers up to 2^53; times are milliseconds since 1970; an agent's id is decimal text, as everywhere.
 */
export const columns = {
  /** How far a stream has been read; `created` tells it from another stream that later got its name. */
  cursors: { stream: 'text', created: 'text', seq: 'bigint' },
  ...tasks.columns,
  ...consortium.columns,
  ...chain.columns,
  ...money.columns,
} as const

type ValueOf<SqlType> = SqlType extends `${infer Base}?`
  ? ValueOf<Base> | null
  : SqlType extends 'text'
    ? string
    : number

export type TableName = keyof typeof columns
type Words = tasks.Words
type WordIn<T, C> = T extends keyof Words ? (C extends keyof Words[T] ? Words[T][C] : unknown) : unknown

/** Row types by table. */
export type Views = {
  [T in TableName]: { -readonly [C in keyof (typeof columns)[T]]: ValueOf<(typeof columns)[T][C]> & WordIn<T, C> }
}

/** The columns that name a row of each table. */
export const keys = {
  cursors: ['stream'],
  ...tasks.keys,
  ...consortium.keys,
  ...chain.keys,
  ...money.keys,
} as const satisfies { [T in TableName]: readonly (keyof Views[T])[] }

/** What lists are sorted and filtered by. */
export const indexes: Readonly<Record<string, { on: TableName; of: readonly string[] }>> = {
  ...tasks.indexes,
  ...consortium.indexes,
  ...chain.indexes,
  ...money.indexes,
}
