import type { Config } from '../../stack/config.ts'

/** What of these variables was said, or is usual. */
export function given(config: Config, names: readonly (keyof Config)[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(name => (config[name] === undefined ? [] : [[name, `${config[name]}`]])))
}
