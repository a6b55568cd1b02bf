import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openViews, viewsPlace } from '../../coordinator/views/open-views.ts'
import { sha256 } from '../../protocol/hash.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const cli = fileURLToPath(new URL('../../cli/entente.ts', import.meta.url))
const dir = scratchDir('chain-list')
const list = (...args: string[]) => listIn(dir, ...args)
const listIn = (folder: string, ...args: string[]) =>
  runProgram(cli, ['chain', 'list', ...args], { PATH: process.env.PATH, ENTENTE_DATA: folder }).end

const nothing = {
  ...{ attempt: null, signer: null, nonce: null, txHash: null, blockNumber: null, gasUsed: null, cause: null },
  ...{ revertReason: null, traceId: null, batch: null },
}
const message = (name: string, number: number) => ({
  ...{ messageId: sha256(name), number, tenant: 'coordinator', operation: 'settle', businessId: name },
  ...{ contract: 'Escrow', call: 'settle', args: '[]', state: 'COMPLETED', receivedAtMs: number, updatedAtMs: number },
  ...nothing,
})

test('messages are listed by task and key, the latest first, and a filter that cannot be read is refused', async () => {
  const db = await openViews(viewsPlace({ ENTENTE_DATA: dir }))
  await db
    .insertInto('chainMessages')
    .values([message('a', 1), message('b', 2)])
    .execute()
  await db
    .insertInto('chainSubjects')
    .values({ messageId: sha256('a'), kind: 'task', id: 'flood' })
    .execute()
  await db.destroy()
  const idsIn = ({ stdout }: { stdout: string }) =>
    stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line).messageId)
  const [all, byTask, byKey, wrong] = await Promise.all([
    list(),
    list('--task', 'flood'),
    list('--key', 'coordinator/settle/b', '--since', '1970-01-01T00:00:00Z'),
    list('--since', 'yesterday'),
  ])
  expect([all.stderr, byTask.stderr, byKey.stderr]).toEqual(['', '', ''])
  expect(idsIn(all)).toEqual([sha256('b'), sha256('a')])
  expect(idsIn(byTask)).toEqual([sha256('a')])
  expect(idsIn(byKey)).toEqual([sha256('b')])
  expect(wrong).toMatchObject({ stdout: '', stderr: expect.stringContaining('COMMAND_INVALID') })
  expect(wrong.code).not.toBe(0)
})

test('a folder that holds no read model is named, and left as it is', async () => {
  const folder = join(scratchDir('chain-list-elsewhere'), 'entente')
  const { code, stdout, stderr } = await listIn(folder)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(
    `READ_MODEL_MISSING: there is no ${join(folder, 'views.sqlite')}, ENTENTE_DATA being ${folder}.`,
  )
  expect(existsSync(folder)).toBe(false)
})
