import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { parseJson } from '../../stack/parse-json.ts'

/** The longest log of this origin that was cosigned. */
const Last = z.strictObject({ origin: z.string(), size: z.int().min(1), root: Bytes32 })
export type Last = z.infer<typeof Last>

/**
 * What a witness must never forget, in its folder: what it cosigned last, and what contradicted it.
 */
export class CosignedFile {
  readonly #path: string
  readonly #contradictions: string
  #last: Last | null

  /** @throws EntenteError FILE_UNREADABLE: a witness that does not know what it cosigned must not cosign */
  constructor(folder: string) {
    this.#path = join(folder, 'cosigned.json')
    this.#contradictions = join(folder, 'contradictions.txt')
    this.#last = existsSync(this.#path) ? parseJson(Last, readFileSync(this.#path)) : null
    if (existsSync(this.#path) && !this.#last) throw new EntenteError('FILE_UNREADABLE', `${this.#path} is damaged`)
  }

  get last(): Last | null {
    return this.#last
  }

  /** On the disk when it returns, whole or not at all. */
  keep(last: Last): void {
    const next = `${this.#path}.next`
    const file = openSync(next, 'w', 0o600)
    writeSync(file, JSON.stringify(last))
    fsyncSync(file)
    closeSync(file)
    renameSync(next, this.#path)
    const folder = openSync(join(this.#path, '..'), 'r')
    fsyncSync(folder)
    closeSync(folder)
    this.#last = last
  }

  /** A signed note that contradicts the log is proof against whoever signed it. */
  keepContradiction(note: string): void {
    appendFileSync(this.#contradictions, `${note}\n`)
  }
}
