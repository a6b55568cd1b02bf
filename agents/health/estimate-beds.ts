import type { Hospital } from './registry.ts'

/**
 * Share of beds with a patient in them, in percent. US community hospitals stood between 62 and 67 for the two decades
 * around 2005 (National Center for Health Statistics, Health, United States); the upper end leaves fewer behind.
 */
export const occupiedPercent = 67

/**
 * Share of its beds that a hospital frees for others within four hours, in percent: the goal of Immediate Bed
 * Availability, Hospital Preparedness Program, US Department of Health and Human Services.
 */
export const freeablePercent = 20

/** Patients to move out, rounded up; null when the beds are unknown. */
export function estimatePatients({ beds }: Pick<Hospital, 'beds'>): number | null {
  return beds === null ? null : Math.ceil((beds * occupiedPercent) / 100)
}

/** Beds offered to others, rounded down; none when the beds are unknown. */
export function estimateFreeBeds({ beds }: Pick<Hospital, 'beds'>): number {
  return beds === null ? 0 : Math.floor((beds * freeablePercent) / 100)
}
