interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Where a value departs from its schema, and how, on one line: `hours.0.lat: Invalid input…; method: …`. */
export function explainMismatch({ issues }: { readonly issues: readonly Issue[] }): string {
  const said = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  )
  return said.join('; ')
}
