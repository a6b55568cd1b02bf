import { clerk } from '../clerk.ts'

export default clerk('first clerk')
