import fc from 'fast-check'
import type { Belief } from './belief.ts'
import type { Message, World } from './world.ts'

type Action = (world: World, belief: Belief) => void

/** A named step, which does nothing where there is nothing that it could be about. */
class Named implements fc.Command<Belief, World> {
  readonly name: string
  readonly action: Action

  constructor(name: string, action: Action) {
    this.name = name
    this.action = action
  }

  check(): boolean {
    return true
  }

  run(belief: Belief, world: World): void {
    this.action(world, belief)
  }

  toString(): string {
    return this.name
  }
}

/** Sends a message, and keeps it: it may come again. Held back it comes later, or never. */
export function send(world: World, belief: Belief, sent: Message, { held = false, skewMs = 0 } = {}): void {
  world.bag.push(sent)
  if (!held) world.take(belief, sent, skewMs)
}

export const pick = <T>(items: readonly T[], place: number): T | undefined => items[place % Math.max(items.length, 1)]

/** A step of which the arguments show in a counterexample. */
export function step<A>(name: string, args: fc.Arbitrary<A>, act: (args: A, world: World, belief: Belief) => void) {
  return args.map(given => new Named(`${name}(${JSON.stringify(given)})`, (world, belief) => act(given, world, belief)))
}

export const place = fc.nat(60)
export const held = fc.constantFrom(false, false, false, true)
export const skewMs = fc.constantFrom(0, 0, 0, 0, -40)
