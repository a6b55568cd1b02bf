/**
 * For objects that are never changed in place, of which each is asked several times before the next is: what is made of the last one is kept.
 * To keep it for all takes longer than to make what is small.
 */
export function lastFor<K extends object, V>(make: (of: K) => V): (of: K) => V {
  let last: { readonly of: K; readonly made: V } | undefined
  return of => {
    if (last?.of !== of) last = { of, made: make(of) }
    return last.made
  }
}

/** For objects that are never changed in place: what is made of each is made once, and kept for as long as the object is. */
export function onceFor<K extends object, V extends NonNullable<unknown> | null>(make: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>()
  return of => {
    const before = known.get(of)
    if (before !== undefined) return before
    const made = make(of)
    known.set(of, made)
    return made
  }
}
