import type { SkillContext } from '../sdk/define.ts'
import type { Notice, NoticeInput } from './notice.ts'
import { type ModelEndpoint, reword } from './reword.ts'
import { wordEn } from './word-en.ts'
import { wordZh } from './word-zh.ts'

/** The notice in every language and as CAP; worded by a model when one is given, by the templates when not. */
export async function publishNotice(
  input: NoticeInput,
  { signal, progress }: Pick<SkillContext, 'signal' | 'progress'>,
  model: ModelEndpoint | null,
): Promise<Notice> {
  const { writeCap } = await import('./write-cap.ts')
  const templates = { en: wordEn(input), zh: wordZh(input) }
  if (model === null) return { ...templates, cap: writeCap(input, templates) }
  const { wordings, kept } = await reword(templates, input, model, signal)
  for (const why of kept) progress(why)
  return { ...wordings, cap: writeCap(input, wordings) }
}
