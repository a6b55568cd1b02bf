/** `1 hospital`, `2 hospitals`, as English sentences count them. */
export function hospitalCount(count: number): string {
  return count === 1 ? '1 hospital' : `${count} hospitals`
}
