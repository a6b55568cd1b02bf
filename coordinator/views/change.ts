import type { keys, TableName, Views } from './schema.ts'

export type KeyOf<T extends TableName> = Pick<Views[T], (typeof keys)[T][number] & keyof Views[T]>

/** Stores a row, in place of the one with the same key. */
type Put<T extends TableName> = { put: T; row: Views[T] }
/** Sets columns of a row, if it is there. */
type Set<T extends TableName> = { set: T; key: KeyOf<T>; to: Partial<Views[T]> }
/** Sets columns that depend on what the row holds, if it is there, or on what it would hold if it were. `by` is pure. */
type Revise<T extends TableName> = {
  revise: T
  key: KeyOf<T>
  absent?: Views[T]
  by: (row: Views[T]) => Partial<Views[T]>
}
/** Changes that depend on what a row holds. `changes` is pure. */
type Given<T extends TableName> = { given: T; key: KeyOf<T>; changes: (row: Views[T] | undefined) => Change[] }

/** Stores a row that is like another, if that is there, but for the columns given: its key among them. */
type Copy<T extends TableName> = { copy: T; key: KeyOf<T>; as: (row: Views[T]) => Partial<Views[T]> & KeyOf<T> }

/** What one message changes in the read model: data, so that what a message means is tested without a database. */
export type Change = { [T in TableName]: Put<T> | Set<T> | Revise<T> | Copy<T> | Given<T> }[TableName]
