const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/** @returns The npm package with this platform's own binary of a Foundry tool; npm's wrapper can outlive whoever stops it. */
export function platformPackage(tool: 'anvil' | 'forge'): string {
  return `@foundry-rs/${tool}-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`
}
