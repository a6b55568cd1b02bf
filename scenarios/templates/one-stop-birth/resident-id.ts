/** The check character of a resident's number: ISO 7064 MOD 11-2 over its first 17 digits (GB 11643-1999). */
export function checkCharacter(digits: string): string {
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (2 ** (17 - place) % 11), 0)
  return '10X98765432'[sum % 11]!
}

/** Area, date of birth, a number that is odd for males, and the check character. */
export function residentId(areaCode: string, bornOn: string, sequence: number): string {
  const digits = `${areaCode}${bornOn.replaceAll('-', '')}${`${sequence}`.padStart(3, '0')}`
  return digits + checkCharacter(digits)
}

export function isResidentId(text: string): boolean {
  return /^\d{17}[\dX]$/.test(text) && checkCharacter(text.slice(0, 17)) === text[17]
}
