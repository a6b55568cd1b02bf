import { geoDistance, geoInterpolate } from 'd3-geo'

/** Degrees, north and east positive. */
export interface Place {
  readonly lat: number
  readonly lon: number
}

/** Mean radius of the Earth (IUGG), kilometres. */
export const earthKm = 6371.0088
/** Kilometres in a nautical mile, exact by definition. */
export const kmPerNm = 1.852

const radian = Math.PI / 180

/** An angle as the turn that it is, in [-180, 180): of two longitudes' difference, right across the antimeridian. */
export function signedDeg(angle: number): number {
  return ((((angle + 180) % 360) + 360) % 360) - 180
}

/** Great-circle distance in kilometres. */
export function distanceKm(from: Place, to: Place): number {
  return geoDistance([from.lon, from.lat], [to.lon, to.lat]) * earthKm
}

/** Initial bearing of the great circle, degrees clockwise from north, 0 to 360; 0 between equal places. */
export function bearingDeg(from: Place, to: Place): number {
  const [a, b, turn] = [from.lat * radian, to.lat * radian, (to.lon - from.lon) * radian]
  const east = Math.sin(turn) * Math.cos(b)
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn)
  return (Math.atan2(east, north) / radian + 360) % 360
}

/** Where `km` along a bearing leads. */
export function travel(from: Place, towardsDeg: number, km: number): Place {
  const [a, bearing, arc] = [from.lat * radian, towardsDeg * radian, km / earthKm]
  const sinLat = Math.sin(a) * Math.cos(arc) + Math.cos(a) * Math.sin(arc) * Math.cos(bearing)
  const east = Math.sin(bearing) * Math.sin(arc) * Math.cos(a)
  const lon = from.lon + Math.atan2(east, Math.cos(arc) - Math.sin(a) * sinLat) / radian
  return { lat: Math.asin(sinLat) / radian, lon: signedDeg(lon) }
}

/** The place at a share (0 to 1) of the great circle between two. */
export function between(from: Place, to: Place, share: number): Place {
  const [lon, lat] = geoInterpolate([from.lon, from.lat], [to.lon, to.lat])(share)
  return { lat, lon }
}
