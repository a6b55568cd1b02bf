/** Degrees eastward from `from` to `to`, in (-180, 180]: right on both sides of the antimeridian. */
export function degreesEast(from: number, to: number): number {
  const east = (((to - from) % 360) + 360) % 360
  return east > 180 ? east - 360 : east
}
