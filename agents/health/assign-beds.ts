import { createRequire } from 'node:module'
import type { Highs, ModelData } from 'highs'
import { distanceKm, type Place } from '../weather/sphere.ts'

export interface Sender extends Place {
  readonly id: string
  readonly type: string
  readonly patients: number
}

export interface Offer extends Place {
  readonly id: string
  readonly type: string
  readonly free: number
}

export interface Assignment {
  /** In the order of the senders, then of the receivers. */
  readonly transfers: { from: string; to: string; patients: number; km: number }[]
  readonly unplaced: { hospital: string; patients: number; why: string }[]
}

/** One pair that may exchange patients: indices into the ordered senders and offers. */
interface Arc {
  readonly sender: number
  readonly offer: number
  readonly km: number
}

/** Great-circle kilometres beyond which nobody is sent: by road about a crew's longest day out. */
export const reachKm = 600

/** Kilometres that a patient left behind costs: dearer than any chain of detours, so as many as can be are placed. */
const unplacedKm = 100_000

/** What each place in the order of urgency adds to it: more than a detour, so if beds are short the last go without. */
const urgencyKm = 1_000

/** A tie goes to the receiver that comes first: 0.1 m for each place in the order. */
const tieKm = 1e-4

/**
 * Sends every patient to a free bed so that all patients together travel the fewest kilometres: the transportation
 * problem, as a linear program. Its constraint matrix is totally unimodular, so a simplex vertex is whole numbers.
 * `from` is in order of urgency; the order of `to` breaks ties.
 */
export async function assignBeds(from: readonly Sender[], to: readonly Offer[]): Promise<Assignment> {
  const senders = from.filter(sender => sender.patients > 0)
  const offers = to.filter(offer => offer.free > 0)
  if (senders.length === 0) return { transfers: [], unplaced: [] }
  const arcs = senders.flatMap((sender, s) => arcsOf(sender, s, offers))
  const flow = await solve(senders, offers, arcs)
  const transfers = arcs.flatMap((arc, i) => {
    const { id } = senders[arc.sender]!
    return flow[i]! > 0 ? [{ from: id, to: offers[arc.offer]!.id, patients: flow[i]!, km: Math.round(arc.km) }] : []
  })
  const unplaced = senders.flatMap(({ id }, s) => {
    const patients = flow[arcs.length + s]!
    return patients > 0 ? [{ hospital: id, patients, why: reasonFor(arcs.some(arc => arc.sender === s)) }] : []
  })
  return { transfers, unplaced }
}

/** A general acute care hospital takes any patient; every other kind takes the patients of its own kind. */
function accepts(offer: Offer, sender: Sender): boolean {
  return offer.type === 'GENERAL ACUTE CARE' || offer.type === sender.type
}

function arcsOf(sender: Sender, index: number, offers: readonly Offer[]): Arc[] {
  return offers.flatMap((offer, o) => {
    const km = accepts(offer, sender) ? distanceKm(sender, offer) : Number.POSITIVE_INFINITY
    return km <= reachKm ? [{ sender: index, offer: o, km }] : []
  })
}

/** Patients along each arc, then patients left at each sender. */
async function solve(senders: readonly Sender[], offers: readonly Offer[], arcs: readonly Arc[]): Promise<number[]> {
  const highs = await loadSolver()
  return highs.withModel(asModel(senders, offers, arcs), model => {
    // The primal simplex starts from everybody unplaced, which is feasible: twice as fast as presolve and the dual.
    model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 4, random_seed: 0 })
    model.run()
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) {
      throw new Error(`The assignment of beds has no optimum: HiGHS status ${model.getModelStatus()}`)
    }
    return Array.from(model.getSolution().colValue, whole)
  })
}

/** Columns: the arcs, then one for each sender's unplaced. Rows: each sender's patients, each offer's free beds. */
function asModel(senders: readonly Sender[], offers: readonly Offer[], arcs: readonly Arc[]): ModelData {
  const unbounded = Number.POSITIVE_INFINITY
  const numCols = arcs.length + senders.length
  const numRows = senders.length + offers.length
  const patients = senders.map(sender => sender.patients)
  const starts = [
    ...arcs.map((_, i) => 2 * i),
    ...senders.map((_, s) => 2 * arcs.length + s),
    2 * arcs.length + senders.length,
  ]
  const indices = [...arcs.flatMap(arc => [arc.sender, senders.length + arc.offer]), ...senders.keys()]
  return {
    numCols,
    numRows,
    colCost: [
      ...arcs.map(arc => arc.km + arc.offer * tieKm),
      ...senders.map((_, s) => unplacedKm + urgencyKm * (senders.length - s)),
    ],
    colLower: new Float64Array(numCols),
    colUpper: new Float64Array(numCols).fill(unbounded),
    rowLower: [...patients, ...offers.map(() => 0)],
    rowUpper: [...patients, ...offers.map(offer => offer.free)],
    matrix: { format: 'csc', numRows, numCols, starts, indices, values: indices.map(() => 1) },
  }
}

function reasonFor(hasArcs: boolean): string {
  return hasArcs
    ? `every bed that the registry offers within ${reachKm} km is taken`
    : `no hospital that can take these patients offers a bed within ${reachKm} km`
}

function whole(value: number): number {
  const rounded = Math.round(value)
  if (Math.abs(value - rounded) > 1e-6) throw new Error(`The assignment of beds is not in whole patients: ${value}`)
  return rounded
}

let solver: Promise<Highs> | undefined

/** The WASM solver is 3 MB: loaded at the first use, then kept. Its types are those of its CommonJS build. */
function loadSolver(): Promise<Highs> {
  const load = (createRequire(import.meta.url)('highs') as typeof import('highs')).default
  solver ??= load()
  return solver
}
