import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, contentHash } from '../../../protocol/canonical.ts'
import { PlanningRecord } from '../../../protocol/planning.ts'
import type { ModelEndpoint } from '../../model/ask-model.ts'
import { promptsVersion } from './prompts.ts'
import type { GoalWanted } from './wanted.ts'

/** Records of planning by what was asked, of which skills, and whom. What is taken out of it is checked like an answer. */
export interface KeptRecords {
  get(key: string): PlanningRecord | null
  put(key: string, record: PlanningRecord): void
}

export function keyOf(
  { goal, inputSchema }: GoalWanted,
  { hash }: { readonly hash: string },
  { model, baseUrl }: ModelEndpoint,
): string {
  return contentHash({
    goal,
    inputSchema: inputSchema ?? null,
    skills: hash,
    model,
    baseUrl,
    prompts: promptsVersion,
  }).slice(2)
}

/** In a folder, a file each. One that is damaged counts as none. */
export function recordsIn(folder: string): KeptRecords {
  const fileOf = (key: string) => join(folder, `${key}.json`)
  return {
    get(key) {
      try {
        return PlanningRecord.parse(JSON.parse(readFileSync(fileOf(key), 'utf8')))
      } catch {
        return null
      }
    },
    put(key, record) {
      mkdirSync(folder, { recursive: true })
      const part = `${fileOf(key)}.${process.pid}`
      writeFileSync(part, canonicalJson(record))
      // Whole or not at all: another process may read it at any time.
      renameSync(part, fileOf(key))
    },
  }
}
