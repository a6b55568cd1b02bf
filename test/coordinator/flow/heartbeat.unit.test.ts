import { describe, expect, it } from 'vitest'
import { Drive, planOf, typesOf } from './drive.ts'

const one = planOf([{ id: 'only' }])

describe('heartbeats', () => {
  const beating = planOf([{ id: 'only', heartbeatMs: 100, retry: { backoffMs: 50, factor: 1, maxMs: 50, jitter: 0 } }])
  const miss = (drive: Drive, ...agents: string[]) =>
    drive.when({ type: 'missHeartbeat', subtaskId: 'only', attempt: 1, agents })

  it('that ceased give the attempt to another at once, and fine nobody', () => {
    const drive = new Drive().planned(beating)
    drive.assign('only', ['1'])
    drive.nowMs = 1_199
    expect(miss(drive, '1')).toEqual([])
    drive.nowMs = 1_200
    expect(miss(drive, '2')).toEqual([])
    expect(typesOf(miss(drive, '1'))).toEqual(['AttemptExpired', 'AttemptFailed'])
    expect(miss(drive, '1')).toEqual([])
    expect(typesOf(drive.assign('only', ['2']))).toEqual(['SubtaskAssigned'])
    drive.result('only', '2', {})
    expect(drive.task.settlement!.settlement.penalties).toEqual([])
    expect([...drive.task.subtasks.get('only')!.failed]).toEqual(['1'])
  })

  it('of one replica leave the others to their deadline, and the silent one unfined to the end', () => {
    const drive = new Drive().planned(planOf([{ id: 'only', replicas: 3, quorum: 2, heartbeatMs: 100 }]))
    drive.assign('only', ['1', '2', '3'])
    drive.nowMs = 1_500
    expect(typesOf(miss(drive, '3'))).toEqual(['AttemptExpired'])
    drive.commit('only', '1')
    expect(typesOf(drive.commit('only', '2'))).toEqual(['ResultCommitted', 'RevealOpened'])
    drive.result('only', '1', { n: 1 })
    expect(typesOf(drive.result('only', '2', { n: 1 }))).toContain('TaskCompleted')
    expect(drive.task.settlement!.settlement.penalties).toEqual([])
  })

  it('are nobody’s business where the template does not ask for them', () => {
    const drive = new Drive().planned(one)
    drive.assign('only', ['1'])
    drive.nowMs = 1_900
    expect(miss(drive, '1')).toEqual([])
  })
})
