/** Every NATS subject, stream and bucket of Entente, in one place. */

export const streams = {
  tasks: 'TASKS',
  work: 'WORK',
  results: 'RESULTS',
  chainTx: 'CHAIN_TX',
  chainEvents: 'CHAIN_EVENTS',
  evidence: 'EVIDENCE',
  dead: 'DEAD',
  alerts: 'ALERTS',
  inspections: 'INSPECTIONS',
  capacity: 'CAPACITY',
  anchors: 'ANCHORS',
  advisories: 'ADVISORIES',
} as const

export const buckets = {
  cards: 'cards',
  cursors: 'cursors',
  signers: 'signers',
  snapshots: 'snapshots',
  listeners: 'listeners',
  artifacts: 'artifacts',
  leases: 'leases',
  owed: 'owed',
  strays: 'strays',
  policies: 'policies',
  sealing: 'sealing',
} as const

export const subjects = {
  task: (taskId: string) => `ent.task.${taskId}`,
  work: (agentId: string) => `ent.work.${agentId}`,
  result: (taskId: string, subtaskId: string, agentId: string) => `ent.result.${taskId}.${subtaskId}.${agentId}`,
  chainTx: (messageId: string) => `ent.chain.tx.${messageId}`,
  chainEvent: (contract: string, event: string) => `ent.chain.event.${contract}.${event}`,
  evidence: (kind: string) => `ent.evidence.${kind}`,
  /** What of a stream nobody could act on, or one listener could not be told. */
  dead: (streamOrListener: string) => `ent.dead.${streamOrListener}`,
  /** The server's own word, said once, that a consumer of `WORK` gives a message out no more. */
  givenUpWork: (consumer: string) => `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${streams.work}.${consumer}`,
  /** What the consortium is warned of: one subject for each code and each thing that it can be about. */
  alert: (code: string, key: string) => `ent.alert.${code}.${key}`,
  /** What a regulator has read. */
  inspection: (keyId: string) => `ent.inspection.${keyId}`,
  /** What an agent can commit, by its own signed word: a `CapacityStatement`; the last one counts. */
  capacity: (agentId: string) => `ent.capacity.${agentId}`,
  /** Core NATS: lossy, in order. The agent's id is last, so that its credentials can be held to it. */
  progress: (taskId: string, subtaskId: string, agentId: string) => `ent.progress.${taskId}.${subtaskId}.${agentId}`,
  /** Core NATS: an agent at work lives. */
  heartbeat: (taskId: string, subtaskId: string, agentId: string) => `ent.heartbeat.${taskId}.${subtaskId}.${agentId}`,
  /** Requests: answered with a `Reply`. */
  command: (
    name: 'submit' | 'approve' | 'cancel' | 'pause' | 'resume' | 'signal' | 'answer' | 'retry-dead' | 'figures',
  ) => `ent.command.${name}`,
  /** The gateway's door; a tenant may knock only at its own. */
  chainSubmit: (tenant: string) => `ent.chain.submit.${tenant}`,
  /** The same for many: a list of what that one takes, answered with a list of `Reply`, one for each in their order. */
  chainSubmitMany: (tenant: string) => `ent.chain.submit-many.${tenant}`,
  /** `{messageId, reason}`: takes a message of the tenant's back, if that is still possible. */
  chainCancel: (tenant: string) => `ent.chain.cancel.${tenant}`,
  /** Core NATS: a coordinator is at work. */
  coordinators: 'ent.coordinators',
  /** Requests: a message of a stream, under its own subject, for the coordinator at which its task has its home. */
  handed: (writer: string, subject: string) => `ent.handed.${writer}.${subject}`,
  /** Answered by the gateway of this name, as long as it is there. */
  chainGateway: (writer: string) => `ent.chain.gateway.${writer}`,
  /** Core NATS: how many keys of each pool a gateway numbers for. */
  chainPools: 'ent.chain.pools',
  /** What chain and business do not agree on, as the gateways see it. */
  chainDifferences: 'ent.chain.differences',
  /** `{txHash, reason}`: an operator has looked into a transaction that the gateways did not send. */
  chainAccept: 'ent.chain.accept',
  chainInfo: 'ent.chain.info',
  /** `{businessId, items}`: hashes of a tenant's that are to be anchored; and, with the key alone, what became of them. */
  chainAnchor: (tenant: string) => `ent.chain.anchor.${tenant}`,
  chainAnchored: (tenant: string) => `ent.chain.anchored.${tenant}`,
  /** Items that are to be anchored, 32 bytes each, as they were submitted together... */
  anchorBatch: (batchId: string) => `ent.anchor.batch.${batchId}`,
  /** ...and the trees that were made of them. */
  anchorTree: 'ent.anchor.tree',
  /** `{messageId}`: the business side has acted on the outcome. */
  chainDone: 'ent.chain.done',
  /** The same of many outcomes: a list of those, answered with a list of `Reply`. */
  chainDoneMany: 'ent.chain.done-many',
  /** What the gateways hold, each answering for itself; and the door of one key, which takes a `KeyCommand`. */
  chainKeys: 'ent.chain.keys',
  /** What the gateways think of the nodes of the chain; takes a `NodeCommand`, which each gateway carries out. */
  chainNodes: 'ent.chain.nodes',
  chainKey: (address: string) => `ent.chain.key.${address}`,
  /** Requests about who is told of chain events. */
  chainListener: (verb: 'add' | 'list' | 'remove' | 'retry') => `ent.chain.listener.${verb}`,
  /** Answered by every tower: a `TowerFigures`. */
  towerFigures: 'ent.tower.figures',
  /** Answered by every rater: a `RaterFigures`. */
  raterFigures: 'ent.rater.figures',
  /** Answered by every attester of another chain: a `Vouch` for a `ForeignBlock`. */
  attest: (sourceChain: number) => `ent.relay.attest.${sourceChain}`,
  /** Answered by every relay: its `RelayFigures`. */
  relayFigures: 'ent.relay.figures',
  /** Answered by every witness of the evidence log: a `Cosigned` for a checkpoint's note. */
  witness: 'ent.witness',
  credentials: 'ent.credentials',
  /** Warnings that concern every attesting agent. */
  bulletin: (kind: string) => `ent.bulletin.${kind}`,
  /** Core NATS: where a bulletin is answered, which it names as its reply subject... */
  announced: (id: string) => `ent.attested.${id}`,
  /** ...with the agent's id last, as for progress. Attesting takes longer than a reply to a request may (`may-answer.ts`). */
  attested: (announced: string, agentId: string) => `${announced}.${agentId}`,
} as const

/** The durable consumer that holds an agent's queue. */
export const workConsumer = (agentId: string) => `agent-${agentId}`

/** The tenant under which relays send to the chain. */
export const relayTenant = 'relay'

/** The tenant under which an agent sends to the chain. */
export const agentTenant = (agentId: string) => `agent-${agentId}`
