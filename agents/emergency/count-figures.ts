import type { Figures, ResponseInput } from './response.ts'

/** Adds up what health and transport said; no figure is a judgement of its own. */
export function countFigures({ evacuation, transport }: Pick<ResponseInput, 'evacuation' | 'transport'>): Figures {
  const { threatened, receivers, transfers, unplaced } = evacuation
  const moving = threatened.filter(hospital => hospital.decision === 'move')
  const sheltering = threatened.filter(hospital => hospital.decision === 'shelter')
  return {
    threatenedHospitals: threatened.length,
    threatenedBeds: sum(threatened, hospital => hospital.beds),
    movingHospitals: moving.length,
    shelteringHospitals: sheltering.length,
    shelteringInHurricane: sheltering.filter(hospital => hospital.hurricaneHour !== null).length,
    unknownBeds: threatened.filter(hospital => hospital.beds === null).length,
    patientsToMove: sum(moving, hospital => hospital.patients),
    placed: sum(transfers, transfer => transfer.patients),
    unplaced: sum(unplaced, entry => entry.patients),
    receivingHospitals: receivers.length,
    moved: sum(transport.movements, movement => movement.patients),
    unmoved: sum(transport.unmoved, entry => entry.patients),
    byRoad: sum(transport.movements, movement => (movement.mode === 'road' ? movement.patients : 0)),
    byAir: sum(transport.movements, movement => (movement.mode === 'air' ? movement.patients : 0)),
    convoys: transport.movements.length,
  }
}

function sum<T>(list: readonly T[], of: (entry: T) => number | null): number {
  return list.reduce((total, entry) => total + (of(entry) ?? 0), 0)
}
