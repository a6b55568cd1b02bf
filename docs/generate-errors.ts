import { writeFileSync } from 'node:fs'
import { listErrors } from '../protocol/errors.ts'

/** Where the page is. */
export const errorsPage = new URL('ERRORS.md', import.meta.url)

/** The catalogue of errors as a page for people. */
export function describeErrors(): string {
  const rows = listErrors().map(({ code, retry, remedy }) => `| \`${code}\` | ${retry ? 'yes' : 'no'} | ${remedy} |`)
  return `# Errors

Every failure that a user may meet has a code that stays the same. A message says what happened and why; what to do
is here, and at the end of each message on the command line. \`yes\` says that the same again can succeed, once what is
asked for is done; \`no\`, that it cannot.

The HTTP API gives the same codes as problem documents (RFC 9457), with their status: \`GET /v1/errors\` lists all. What the
command line makes of them as exit status: [operate](guides/operate.md#exit-status).

Generated from \`protocol/errors.ts\` by \`docs/generate-errors.ts\`: change it there.

| code | another try? | what to do |
|---|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) writeFileSync(errorsPage, describeErrors())
