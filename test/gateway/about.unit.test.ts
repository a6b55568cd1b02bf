import { expect, test } from 'vitest'
import { aboutOf } from '../../gateway/about.ts'
import type { ChainIntent } from '../../protocol/chain-message.ts'
import { sha256 } from '../../protocol/hash.ts'

const intent: ChainIntent = {
  ...{ tenant: 'consortium', operation: 'test', businessId: '1', from: 'relayer', value: '0', prove: false },
  ...{ contract: 'EntenteToken', call: 'mint', args: [] },
}
const task = sha256('task')

test('a message is about the tasks and agents that its arguments name, also deep inside', () => {
  const settlement = { taskId: task, payments: [{ agentId: '7' }, { agentId: '8' }], penalties: [{ agentId: '7' }] }
  const settles = { ...intent, contract: 'Escrow', call: 'settle', args: [settlement, '0x'] }
  expect(aboutOf(settles)).toEqual({ tasks: [task], agents: ['7', '8'] })
  const deposit = { ...intent, contract: 'Stake', call: 'deposit', args: ['12', '5'] }
  expect(aboutOf(deposit)).toEqual({ tasks: [], agents: ['12'] })
})

test('about the agent that sends it, and the task under whose id the coordinator does', () => {
  expect(aboutOf({ ...intent, tenant: 'agent-9' })).toEqual({ tasks: [], agents: ['9'] })
  expect(aboutOf({ ...intent, tenant: 'coordinator', businessId: task })).toEqual({ tasks: [task], agents: [] })
})

test('about nothing where nothing is named', () => {
  expect(aboutOf(intent)).toEqual({ tasks: [], agents: [] })
  expect(aboutOf({ ...intent, contract: 'Unknown' })).toEqual({ tasks: [], agents: [] })
})
