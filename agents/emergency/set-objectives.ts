import type { Figures } from './response.ts'

/** What must be achieved, the most important first: lives that time decides, lives that beds decide, the rest. */
export function setObjectives(figures: Figures, galesFrom: string | null): string[] {
  const before = galesFrom === null ? 'at once' : `before gales reach them, the first at ${utc(galesFrom)}`
  const objectives: (string | false)[] = [
    figures.moved > 0 && `Bring ${figures.moved} patients out of the area ${before}.`,
    figures.unmoved > 0 && `Find vehicles for ${figures.unmoved} patients who have a bed but cannot be moved in time.`,
    figures.unplaced > 0 &&
      `Find beds in other states for ${figures.unplaced} patients whom no hospital here can take.`,
    figures.shelteringHospitals > 0 &&
      `Keep ${figures.shelteringHospitals} hospitals that shelter in place working: power, water, staff, supplies.`,
    figures.unknownBeds > 0 && `Learn the patients of ${figures.unknownBeds} hospitals whose size is unknown.`,
    'Warn the public in the area, in the languages that it reads.',
  ]
  return objectives.filter(objective => objective !== false)
}

function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
