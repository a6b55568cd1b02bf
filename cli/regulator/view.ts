import { EntenteError } from '../../protocol/errors.ts'
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
  if (!response.ok) throw new EntenteError('UNAUTHORIZED', `${address.pathname} was refused: ${detailOf(text)}`)
  process.stdout.write(`${text}\n`)
}

function detailOf(text: string): string {
  try {
    return (JSON.parse(text) as { detail: string }).detail
  } catch {
    return text.slice(0, 200)
  }
}
