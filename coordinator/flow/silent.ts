import type { SubtaskProgress } from './progress.ts'

/** Whose word is still awaited. */
export function silentIn(progress: SubtaskProgress): string[] {
  const { assigned, phase, commitments, results, failures, expired } = progress
  const expected = phase === 'revealing' ? [...commitments.keys()] : assigned!.chosen.map(({ agentId }) => agentId)
  const committing = phase === 'executing' && assigned!.answer === 'commit'
  const answered = (agentId: string) => (committing ? commitments.has(agentId) : results.has(agentId))
  return expected.filter(agentId => !answered(agentId) && !failures.has(agentId) && !expired.has(agentId))
}
