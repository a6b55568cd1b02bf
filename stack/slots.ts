/** What waits for a slot: urgent work goes ahead of the rest. */
export type Urgency = 'urgent' | 'usual'

/**
 * Runs work as soon as one of a fixed number of slots is free: urgent work first, and of each kind in the order in which it was
 * asked for. Of so many slots that come free, one goes to the usual work that has waited longest, however much is urgent.
 */
export type Slots = <T>(work: () => Promise<T>, urgency?: Urgency) => Promise<T>

const usualOfEvery = 8

export function createSlots(count: number): Slots {
  const waiting: Record<Urgency, (() => void)[]> = { urgent: [], usual: [] }
  let free = count
  let urgentInARow = 0

  function next(): (() => void) | undefined {
    const { urgent, usual } = waiting
    const isTurnOfUsual = urgentInARow >= usualOfEvery - 1 && usual.length > 0
    if (urgent.length > 0 && !isTurnOfUsual) {
      urgentInARow += 1
      return urgent.shift()
    }
    urgentInARow = 0
    return usual.shift()
  }

  return async (work, urgency = 'usual') => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting[urgency].push(resolve))
    try {
      return await work()
    } finally {
      // The slot is handed over, so that nobody who comes later can take it first.
      const first = next()
      if (first) first()
      else free += 1
    }
  }
}
