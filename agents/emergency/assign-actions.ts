import type { Figures, Response } from './response.ts'

/** Who does what towards the objectives; a department with nothing to do is not named. */
export function assignActions(figures: Figures): Response['actions'] {
  const departments: Record<string, (string | false)[]> = {
    Health: [
      figures.movingHospitals > 0 && `Order ${figures.movingHospitals} hospitals to move, the most urgent first.`,
      figures.receivingHospitals > 0 &&
        `Open ${figures.placed} beds in ${figures.receivingHospitals} hospitals outside.`,
      figures.unplaced > 0 && `Ask the neighbouring states for ${figures.unplaced} beds.`,
      figures.shelteringHospitals > 0 &&
        `Check generators and water of ${figures.shelteringHospitals} hospitals that shelter.`,
      figures.unknownBeds > 0 && `Call the ${figures.unknownBeds} hospitals whose beds are unknown.`,
    ],
    Transport: [
      figures.convoys > 0 &&
        `Run ${figures.convoys} convoys: ${figures.byRoad} patients by road, ${figures.byAir} by air.`,
      figures.unmoved > 0 && `Ask for more vehicles at once: ${figures.unmoved} patients wait for one.`,
    ],
    'Public information': ['Publish the notice and the CAP alert.', 'Repeat them with every new forecast.'],
    Weather: ['Say at once when the track, the strength or the hour changes.'],
  }
  return Object.entries(departments)
    .map(([department, actions]) => ({ department, actions: actions.filter(action => action !== false) }))
    .filter(({ actions }) => actions.length > 0)
}
