import { parentPort } from 'node:worker_threads'
import { schemaFaults } from '../../protocol/parameters.ts'

/** Asks in a thread of its own, so that whoever waits for what never ends can end it. */
parentPort!.on('message', ({ schema, value }) => parentPort!.postMessage(schemaFaults(schema, value, 'it')))
