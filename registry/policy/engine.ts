import { createRequire } from 'node:module'

export type { AuthorizationAnswer, Context } from '@cedar-policy/cedar-wasm/nodejs'

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

let engine: Cedar | undefined

/** Cedar's engine, compiled when it is first asked: most processes never ask, and it would be a fifth of their start. */
export function cedar(): Cedar {
  engine ??= createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar
  return engine
}
