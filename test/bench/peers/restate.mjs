import * as restate from '@restatedev/restate-sdk'
import { runLevels } from './run-levels.mjs'

/** A service whose handler takes steps by `ctx.run`: the server has journalled each before the next begins. */
const { INGRESS_URL, ADMIN_URL } = process.env

const marks = new Map()
const chain = restate.service({
  name: 'chain',
  handlers: {
    run: async (ctx, { id, steps }) => {
      marks.get(id)()
      for (let n = 0; n < steps; n++) {
        await ctx.run(`step-${n}`, () => n + 1)
        marks.get(id)()
      }
    },
  },
})

const port = await restate.serve({ services: [chain], port: 0 })
await post(`${ADMIN_URL}/deployments`, { uri: `http://127.0.0.1:${port}` })

await runLevels(async ({ id, steps, onStep }) => {
  marks.set(id, onStep)
  await post(`${INGRESS_URL}/chain/run`, { id, steps })
})
process.exit(0)

async function post(url, body) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}
