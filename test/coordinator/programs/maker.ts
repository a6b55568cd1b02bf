export { maker as default } from './courier.ts'
