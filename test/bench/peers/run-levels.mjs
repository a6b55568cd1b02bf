import { once } from 'node:events'

/**
 * Runs each level that the arguments name, so many tasks side by side, and tells the bench by messages when the steps of
 * each task ended. A level that takes too long is cut off; what it leaves undone ends with the process.
 *
 * @param {(task: { id: string, steps: number, onStep: () => void }) => Promise<void>} runTask calls `onStep` when it
 *   begins its first step, and after each step, as soon as that is durable
 */
export async function runLevels(runTask) {
  const { warmUp, levels, levelLimitMs } = JSON.parse(process.argv[2])
  process.send({ ready: {} })
  const warmAtMs = performance.now() + warmUp.forMs
  do await runLevel(runTask, warmUp.many, levelLimitMs)
  while (performance.now() < warmAtMs)
  await runLevel(runTask, warmUp.one, levelLimitMs)
  for (const level of levels) process.send({ level, ...(await runLevel(runTask, level, levelLimitMs)) })
  process.send({ done: true })
  // The bench ends it once it has heard all: of a process that ends by itself the last words may be lost.
  await once(process, 'disconnect')
}

let runs = 0

async function runLevel(runTask, { inFlight, steps }, levelLimitMs) {
  const run = `${process.pid}-${++runs}`
  const ends = Array.from({ length: inFlight }, () => [])
  const tasks = ends.map((times, task) =>
    runTask({ id: `${run}-${task}`, steps, onStep: () => times.push(performance.now()) }),
  )
  const all = Promise.all(tasks).then(() => false)
  const limit = new Promise(resolve => setTimeout(resolve, levelLimitMs, true).unref())
  const isCut = await Promise.race([all, limit])
  return { ends: structuredClone(ends), isCut }
}
