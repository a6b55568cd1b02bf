import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApiKey, openApiKeys, revokeApiKey } from '../../operator/api-keys.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const newFile = () => join(scratchDir('keys'), 'deep', 'api-keys.json')

test('a key is found by itself alone, and the file holds neither it nor a part of it', () => {
  const file = newFile()
  const key = createApiKey(file, 'operator', 'Ada')
  createApiKey(file, 'viewer', 'Ben')
  expect(openApiKeys(file).find(key)).toMatchObject({ role: 'operator', name: 'Ada' })
  expect(openApiKeys(file).find(`${key.slice(0, -1)}_`)).toBeUndefined()
  expect(openApiKeys(file).find('')).toBeUndefined()
  expect(readFileSync(file, 'utf8')).not.toContain(key.slice(-20))
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('no two keys are alike', () => {
  const file = newFile()
  expect(createApiKey(file, 'viewer', 'a')).not.toBe(createApiKey(file, 'viewer', 'a'))
})

test('a key counts from the moment it is given out to the moment it is taken back', () => {
  const file = newFile()
  const keys = openApiKeys(file)
  expect(keys.find('ent_viewer_nothing')).toBeUndefined()
  const key = createApiKey(file, 'viewer', 'Ada')
  const { id } = keys.find(key)!
  revokeApiKey(file, id)
  expect(keys.find(key)).toBeUndefined()
  expect(() => revokeApiKey(file, id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})
