import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { VouchedFile } from '../../../gateway/relay/vouched-file.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'

const blockAt = (number: number) => ({ sourceChain: 7_001, number, blockHash: sha256(`block ${number}`) })

/** A folder with two blocks vouched for. */
function folderOfTwo(): string {
  const folder = scratchDir('vouched')
  const file = new VouchedFile(folder)
  file.keep(blockAt(1))
  file.keep(blockAt(2))
  file.close()
  return folder
}

it('knows after a restart what was vouched for', () => {
  const file = new VouchedFile(folderOfTwo())
  expect(file.vouchedFor(blockAt(2))).toBe(blockAt(2).blockHash)
  expect(file.vouchedFor({ ...blockAt(2), blockHash: sha256('another') })).toBe(blockAt(2).blockHash)
  expect(file.vouchedFor(blockAt(3))).toBeNull()
  expect(file.vouchedFor({ ...blockAt(2), sourceChain: 7_002 })).toBeNull()
  file.close()
})

it('leaves out a line that a crash cut short, and goes on after those before it', () => {
  const folder = folderOfTwo()
  appendFileSync(join(folder, 'vouched.jsonl'), JSON.stringify(blockAt(3)).slice(0, 40))
  const file = new VouchedFile(folder)
  expect(file.vouchedFor(blockAt(3))).toBeNull()
  file.keep(blockAt(4))
  file.close()
  const again = new VouchedFile(folder)
  expect([2, 4].map(number => again.vouchedFor(blockAt(number)))).toEqual([2, 4].map(each => blockAt(each).blockHash))
  again.close()
})

it('does not start with a file that is damaged', () => {
  const folder = folderOfTwo()
  writeFileSync(join(folder, 'vouched.jsonl'), 'junk\n')
  expect(() => new VouchedFile(folder)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
})
