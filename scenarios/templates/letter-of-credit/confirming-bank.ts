import { agent } from '../../../agents/sdk/define.ts'
import { examineDocuments } from './examine-documents.ts'

export default agent({
  name: 'confirming-bank',
  description: "The maker's bank: examines documents for itself.",
  skills: [examineDocuments],
})
