import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { Bytes32 } from '../protocol/ids.ts'

const OTHERS = 0o077

/**
 * Reads the operator's key from its file, `{"address", "privateKey"}` of mode 0600. No error shows what is in it.
 *
 * @throws EntenteError FILE_UNREADABLE, or KEY_INVALID
 */
export function readOperatorKey(path: string): Hex {
  const { text, mode } = read(path)
  if ((mode & OTHERS) !== 0) throw new EntenteError('KEY_INVALID', `others may open ${path}; run: chmod 600 ${path}`)
  const parsed = z.object({ privateKey: Bytes32 }).safeParse(tryJson(text))
  if (!parsed.success) throw new EntenteError('KEY_INVALID', `${path} holds no key`)
  return parsed.data.privateKey
}

function read(path: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode }
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `the key file ${path} cannot be read`, { cause })
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
