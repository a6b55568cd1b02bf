import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

describe('the example in the README of agents', () => {
  const [example] = codeBlocks(readFileSync(resolve(root, 'agents/README.md'), 'utf8'))

  it('is one that fits on a screen and compiles, and would not with a model that answers something else', () => {
    expect(example!.trim().split('\n').length).toBeLessThanOrEqual(20)
    const otherAnswer = example!.replace('responseFormat: output', 'responseFormat: input')
    const errors = compile({ 'agents/good/agent.ts': example!, 'agents/bad/agent.ts': otherAnswer })
    expect(errors).toEqual([expect.stringMatching(/^agents\/bad\/agent.ts: .*structuredResponse/)])
  })
})

function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(match => match[1]!)
}

/** Compiles sources as though they lay in these files of the project. @returns `file: error`, for each error */
function compile(sources: Record<string, string>): string[] {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const virtual = new Map(Object.entries(sources).map(([path, text]) => [resolve(root, path), text]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = path => virtual.has(path) || fileExists(path)
  host.readFile = path => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, language) => {
    const text = host.readFile(path)
    return text === undefined ? undefined : ts.createSourceFile(path, text, language)
  }
  const program = ts.createProgram([...virtual.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const place = file?.fileName.slice(root.length + 1) ?? 'project'
    return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' ')}`
  })
}
