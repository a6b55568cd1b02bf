import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { ForeignBlock } from '../../protocol/relay.ts'
import { parseJson } from '../../stack/parse-json.ts'

/** What an attester must never forget, in its folder: which block of each number it vouched for. */
export class VouchedFile {
  readonly #file: number
  readonly #hashes = new Map<string, Hex>()

  /** @throws EntenteError FILE_UNREADABLE: an attester that does not know what it vouched for must not vouch */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, 'vouched.jsonl')
    const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    // A line that a crash cut short was never said.
    const end = text.lastIndexOf('\n') + 1
    for (const line of text.subarray(0, end).toString().split('\n').slice(0, -1)) {
      const block = parseJson(ForeignBlock, Buffer.from(line))
      if (!block) throw new EntenteError('FILE_UNREADABLE', `${path} is damaged: ${line.slice(0, 80)}`)
      this.#hashes.set(keyOf(block), block.blockHash)
    }
    if (end < text.length) truncateSync(path, end)
    this.#file = openSync(path, 'a', 0o600)
  }

  vouchedFor(block: ForeignBlock): Hex | null {
    return this.#hashes.get(keyOf(block)) ?? null
  }

  /** On the disk when it returns. */
  keep(block: ForeignBlock): void {
    writeSync(this.#file, `${JSON.stringify(block)}\n`)
    fsyncSync(this.#file)
    this.#hashes.set(keyOf(block), block.blockHash)
  }

  close(): void {
    closeSync(this.#file)
  }
}

function keyOf({ sourceChain, number }: ForeignBlock): string {
  return `${sourceChain}/${number}`
}
