export type ReceivedEvent = { id: number; type: string; data: { type: string } }

/** Reads server-sent events from a response until `enough` of them came, or it ends. */
export async function readEvents(response: Response, enough = Number.POSITIVE_INFINITY) {
  const events: ReceivedEvent[] = []
  let comments = 0
  let text = ''
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  while (events.length < enough) {
    const { value, done } = await reader.read()
    if (done) break
    text += value
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      if (block.startsWith(':')) comments++
      else events.push(parse(block))
    }
  }
  await reader.cancel()
  return { events, comments }
}

function parse(block: string): ReceivedEvent {
  const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)))
  return { id: Number(fields.id), type: fields.event, data: JSON.parse(fields.data) }
}
