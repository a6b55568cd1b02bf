import { EntenteError } from '../protocol/errors.ts'

/**
 * What is written in JSON on the command line.
 * @throws EntenteError COMMAND_INVALID
 */
export function readJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const hint = 'a text is written in quotes of its own, as \'"yes"\''
    throw new EntenteError('COMMAND_INVALID', `${what} is not JSON: ${(cause as Error).message}; ${hint}`, { cause })
  }
}
