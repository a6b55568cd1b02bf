import { EntenteError, listErrors } from '../../protocol/errors.ts'
import { readText } from '../read-text.ts'

/** `entente regulator view`: what the API answers, as it is. */
export async function view(what: string, { url, keyFile }: { url: string; keyFile: string }): Promise<void> {
  if (!URL.canParse(url)) throw new EntenteError('COMMAND_INVALID', `--url: ${url} is no URL`)
  const key = readText(keyFile).trim()
  const address = new URL(`/v1/${what.replace(/^\/+/, '')}`, url)
  const response = await fetch(address, { headers: { authorization: `Bearer ${key}` } }).catch((cause: unknown) => {
    throw new EntenteError('COMMAND_INVALID', `nobody answers at ${url}`, { cause })
  })
  const text = await response.text()
  if (!response.ok) throw problemOf(`${address.pathname} was refused`, text)
  process.stdout.write(`${text}\n`)
}

/** What the API says is wrong, as an error of our own. */
function problemOf(what: string, text: string): EntenteError {
  try {
    const { code, detail } = JSON.parse(text) as { code: string; detail: string }
    const known = listErrors().find(each => each.code === code)
    if (known) return new EntenteError(known.code, `${what}: ${detail}`)
  } catch {
    // Whoever answered is no API of ours.
  }
  return new EntenteError('COMMAND_INVALID', `${what}: ${text.slice(0, 200)}`)
}
