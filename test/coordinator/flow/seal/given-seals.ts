import type { Json } from '../../../../protocol/canonical.ts'
import { sha256 } from '../../../../protocol/hash.ts'
import { taskId } from '../drive.ts'

export const giver = `0x${'11'.repeat(20)}` as const
export const keeper = { agentId: '7', domainId: 'police', wallet: `0x${'77'.repeat(20)}` } as const
export const restricted = { type: 'string', class: 'restricted' } as const

/** A value that somebody sealed for the task of `Drive`, as the rules see it: they open nothing. */
export const givenSeal = (more: object = {}) =>
  ({
    ...{
      sealed: 'entente.given/1',
      class: 'restricted',
      agentId: keeper.agentId,
      by: giver,
      to: { taskId },
      at: '/name',
    },
    ...{ commitment: sha256('value'), keyHash: sha256('key'), enc: 'AAAA', wrapped: 'AAAA', ciphertext: 'AAAA' },
    ...more,
  }) as unknown as Json
