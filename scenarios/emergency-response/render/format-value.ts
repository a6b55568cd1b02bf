/** `4,724` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** `2005-08-29 11:10 UTC` */
export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** `29.3°N 89.6°W` */
export function position({ lat, lon }: { lat: number; lon: number }): string {
  return `${Math.abs(lat).toFixed(1)}°${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(1)}°${lon < 0 ? 'W' : 'E'}`
}

/** `1 hospital`, `2 hospitals` */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}
