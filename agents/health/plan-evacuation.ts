import type { Area, Hazard, Unusable } from '../hazard/hazard.ts'
import type { Threat } from '../weather/threat.ts'
import { assignBeds, reachKm } from './assign-beds.ts'
import { estimateFreeBeds, freeablePercent, occupiedPercent } from './estimate-beds.ts'
import type { Evacuation, EvacuationInput, Receiver, ThreatenedHospital, Transfer } from './evacuation.ts'
import { findThreatened, roundPosition } from './find-threatened.ts'
import type { Hospital, Registry } from './registry.ts'
import { hasShape } from './within-area.ts'
import { countiesOf } from './within-county.ts'

/**
 * Decides which hospitals of the registry leave and which shelter, and where the patients go. Pure but for loading the
 * solver: the same input and registry give the same bytes.
 */
export async function planEvacuation({ hazard, threat }: EvacuationInput, registry: Registry): Promise<Evacuation> {
  const areas = threat.areas.length > 0 ? threat.areas : hazard.areas
  const threatened = findThreatened(registry.hospitals, hazard, threat, areas)
  const inside = new Set(threatened.map(hospital => hospital.id))
  const offers = registry.hospitals
    .filter(hospital => !inside.has(hospital.id))
    .map(hospital => ({ ...hospital, free: estimateFreeBeds(hospital) }))
    .filter(offer => offer.free > 0)
  const senders = threatened
    .filter(hospital => hospital.decision === 'move')
    .map(hospital => ({ ...hospital, patients: hospital.patients ?? 0 }))
  const { transfers, unplaced } = await assignBeds(senders, offers)
  const states = [...new Set(registry.hospitals.map(hospital => hospital.state))].sort()
  return {
    summary: summarise(threatened, states, hasGeometry(threat, areas)),
    registry: { states, openHospitals: registry.hospitals.length },
    threatened,
    offered: { hospitals: offers.length, beds: offers.reduce((sum, offer) => sum + offer.free, 0) },
    receivers: receiversOf(offers, transfers),
    transfers,
    unplaced,
    unusable: [...registry.unusable, ...unknownAreas(hazard, threat, areas), ...unknownBeds(threatened)],
    assumptions: assumptionsFor(hazard),
  }
}

function hasGeometry(threat: Threat, areas: readonly Area[]): boolean {
  return threat.hours.length > 0 || areas.some(isKnown)
}

/** By its shape, or by counties, which the registry has; forecast zones (UGC and others) are on no map here. */
function isKnown(area: Area): boolean {
  return hasShape(area) || countiesOf(area).length > 0
}

function summarise(threatened: readonly ThreatenedHospital[], states: readonly string[], judged: boolean): string {
  const registry = `the registry (${states.join(', ')})`
  if (!judged) return `The hazard has no usable geometry: which hospitals of ${registry} it threatens is unknown.`
  if (threatened.length === 0) return `No open hospital of ${registry} lies in the threatened area.`
  const moving = threatened.filter(hospital => hospital.decision === 'move').length
  const sheltering = threatened.length - moving
  return `${threatened.length} open hospitals of ${registry} are threatened: ${moving} move, ${sheltering} shelter.`
}

function receiversOf(offers: readonly (Hospital & { free: number })[], transfers: readonly Transfer[]): Receiver[] {
  const taken = Map.groupBy(transfers, transfer => transfer.to)
  return offers.flatMap(({ id, name, city, state, trauma, helipad, free, ...offer }) => {
    const takes = taken.get(id)?.reduce((sum, transfer) => sum + transfer.patients, 0) ?? 0
    return takes > 0 ? [{ id, name, city, state, ...roundPosition(offer), trauma, helipad, free, takes }] : []
  })
}

function unknownAreas(hazard: Hazard, threat: Threat, areas: readonly Area[]): Unusable[] {
  if (threat.hours.length === 0 && areas.length === 0) {
    return [{ field: 'areas', value: hazard.id, why: 'neither a wind field nor an area is known' }]
  }
  return areas
    .filter(area => !isKnown(area))
    .map(area => ({
      field: 'area',
      value: area.codes.map(({ system, code }) => `${system} ${code}`).join(', ') || area.description,
      why:
        `"${area.description}" is known only by ${area.codes.length > 0 ? 'zone codes' : 'its name'}: ` +
        'no hospital can be placed inside or outside',
    }))
}

function unknownBeds(threatened: readonly ThreatenedHospital[]): Unusable[] {
  return threatened
    .filter(hospital => hospital.beds === null)
    .map(({ id, name, decision }) => ({
      field: 'beds',
      value: `${id} ${name}`,
      why: `beds unknown: its patients are in no figure here${decision === 'move' ? ', and it must move' : ''}`,
    }))
}

function assumptionsFor(hazard: Hazard): string[] {
  return [
    `${occupiedPercent} % of a threatened hospital's beds are occupied (an assumption, not a count).`,
    `A hospital outside the area frees ${freeablePercent} % of its beds (HHS Immediate Bed Availability).`,
    `Nobody is sent further than ${reachKm} km; general acute care takes any patient, other hospitals their own kind.`,
    'Storm surge and flooding of single buildings are not judged: the registry has no elevations.',
    ...(hazard.replay ? [`The hospitals are those of 2021/22, not those of ${hazard.asOf.slice(0, 4)}.`] : []),
  ]
}
