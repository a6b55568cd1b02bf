import * as engine from '@cedar-policy/cedar-wasm'

/** As `engine.ts`, where there is no Node: the page has it laid in. */
export function cedar() {
  return engine
}
