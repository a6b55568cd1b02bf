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
