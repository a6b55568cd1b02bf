import { reporter } from './reporter.ts'

export default reporter(411, 'there may be some water about')
