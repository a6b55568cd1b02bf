import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inlineWasm } from './inline-wasm.ts'
import { pageHtml } from './page-html.ts'

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * The page that verifies evidence in a browser, in one text. The same sources and packages give the same text, on every
 * machine.
 */
export async function buildVerifierPage(): Promise<string> {
  const [main, worker] = [await scriptOf('page/main.ts'), await scriptOf('worker.ts')]
  return pageHtml({ main, worker }, text => createHash('sha256').update(text).digest('base64'))
}

/** A program with all that it imports, in one script for browsers. */
async function scriptOf(name: string): Promise<string> {
  const bundle = await rolldown({
    cwd: fileOf('..'),
    input: fileOf(name),
    platform: 'browser',
    plugins: [inlineWasm()],
    // What a package tells of itself: Cedar's says that it does nothing when it is loaded, and it starts its engine then.
    treeshake: { moduleSideEffects: [{ test: /@cedar-policy/, sideEffects: true }] },
    transform: { inject: { Buffer: ['buffer', 'Buffer'] }, define: { 'process.env.NODE_ENV': '"production"' } },
  })
  try {
    const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true })
    return inHtml(output[0].code)
  } finally {
    await bundle.close()
  }
}

/** A script's text as it may stand in HTML (HTML Standard, 4.12.1.3): these only ever occur in its literals. */
function inHtml(code: string): string {
  return code.replaceAll('<!--', '\\x3C!--').replaceAll(/<(\/?script)/gi, '\\x3C$1')
}
