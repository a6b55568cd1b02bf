import { clerk } from '../clerk.ts'

export default clerk('second clerk')
