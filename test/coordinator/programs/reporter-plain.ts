import { reporter } from './reporter.ts'

export default reporter(412, 'the river stands at 412 cm and rises')
