import { readFileSync } from 'node:fs'
import type { Plugin } from 'rolldown'

/**
 * Lays WebAssembly into the page, as a module by the ESM integration of WebAssembly
 * (https://github.com/WebAssembly/esm-integration): it imports what it names, and exports what it exports. Instantiated at
 * once, since the packages that import it expect it to be there; browsers allow that in a worker.
 */
export function inlineWasm(): Plugin {
  return {
    name: 'inline-wasm',
    load: {
      filter: { id: /\.wasm$/ },
      handler: id => ({ code: moduleOf(readFileSync(id)), moduleType: 'js' }),
    },
  }
}

/** Of the standard API, which the types of Node leave out. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object
    imports(compiled: object): { readonly module: string }[]
    exports(compiled: object): { readonly name: string }[]
  }
}

function moduleOf(bytes: Buffer): string {
  const compiled = new WebAssembly.Module(bytes)
  const imported = [...new Set(WebAssembly.Module.imports(compiled).map(({ module }) => module))]
  const imports = imported.map((name, index) => `import * as import${index} from ${JSON.stringify(name)}`)
  const given = imported.map((name, index) => `${JSON.stringify(name)}: import${index}`)
  const exports = WebAssembly.Module.exports(compiled).map(
    ({ name }) => `export const ${name} = instance.exports.${name}`,
  )
  return [
    ...imports,
    `const bytes = Uint8Array.from(atob("${bytes.toString('base64')}"), character => character.charCodeAt(0))`,
    `const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { ${given.join(', ')} })`,
    ...exports,
  ].join('\n')
}
