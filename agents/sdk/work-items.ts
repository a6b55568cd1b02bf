import type { WorkItem } from '../../protocol/assignment.ts'

export type ExecuteItem = Extract<WorkItem, { kind: 'execute' }>
export type RevealItem = Extract<WorkItem, { kind: 'reveal' }>
export type ReleaseItem = Extract<WorkItem, { kind: 'release' }>
