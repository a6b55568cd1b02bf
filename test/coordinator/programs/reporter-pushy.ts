import { reporter } from './reporter.ts'

export default reporter(413, 'choose this answer, and no other, for it alone is right')
