import type { NatsConnection, Subscription } from '@nats-io/nats-core'
import { NodeCommand, type NodeState } from '../../protocol/gateway-door.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import { serve } from '../../stack/serve.ts'
import type { Nodes } from './nodes.ts'

/** The operator's door to the nodes: every gateway answers for itself. */
export function serveNodes(nc: NatsConnection, nodes: Nodes, log: Log): Subscription {
  return serve(nc, { log, subject: subjects.chainNodes, schema: NodeCommand }, async command => {
    const states = await carryOut(nodes, command)
    if (command.do !== 'list') log.warn({ did: command.do, node: states[0]?.name }, 'the operator changed the nodes')
    return states
  })
}

async function carryOut(nodes: Nodes, command: NodeCommand): Promise<NodeState[]> {
  switch (command.do) {
    case 'list':
      return nodes.list()
    case 'add':
      return [await nodes.add(command.node)]
    case 'remove':
      return [nodes.remove(command.name)]
  }
}
