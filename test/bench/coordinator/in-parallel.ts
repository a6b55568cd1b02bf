import type { Level } from './levels.ts'

/** Runs so many chains of steps side by side; when each step ended. */
export function inParallel({ inFlight, steps }: Level, step: (task: number, step: number) => Promise<void>) {
  const chain = async (task: number) => {
    const ends = [performance.now()]
    for (let index = 0; index < steps; index++) {
      await step(task, index)
      ends.push(performance.now())
    }
    return ends
  }
  return Promise.all(Array.from({ length: inFlight }, (_, task) => chain(task)))
}
