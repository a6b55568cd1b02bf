/** What a holder of an API key is to the consortium. What a regulator may read, the supervision policy says: `inspect.ts`. */
export const roles = ['viewer', 'requester', 'operator', 'auditor', 'regulator'] as const
export type Role = (typeof roles)[number]

/** Who may call a route. Every route says it; there is no default. */
export const callers = {
  /** No key asked. */
  anyone: 'anyone',
  all: roles,
  /** May spend a budget, by a signed order. */
  requesting: ['requester', 'operator'],
  /** Decides in the operator's name. */
  operating: ['operator'],
  /** May hold the proof of a task, which shows every payload. */
  proving: ['requester', 'operator', 'auditor', 'regulator'],
} as const satisfies Record<string, readonly Role[] | 'anyone'>
export type Callers = (typeof callers)[keyof typeof callers]
