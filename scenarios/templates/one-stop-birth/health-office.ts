import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

const lateDays = 30
const dayMs = 86_400_000

export default agent({
  name: 'health-office',
  description: 'Keeps the births that hospitals report.',
  skills: [
    skill({
      name: 'verify-birth',
      version: '1.1.0',
      description:
        'Checks a birth certificate against the seal of the hospital, and says whether the birth was told in time.',
      input: z.object({ bornOn: z.iso.date(), certificateNo: z.string(), sealedNo: z.string(), toldOn: z.iso.date() }),
      output: z.object({ days: z.int(), late: z.boolean() }),
      price: 1_000_000n,
      run({ bornOn, certificateNo, sealedNo, toldOn }) {
        // A letter and nine digits (GB/T 38962).
        if (!/^[A-Z]\d{9}$/.test(certificateNo)) throw new Error(`${certificateNo} is no number of a birth certificate`)
        if (sealedNo !== certificateNo)
          throw new Error(`the hospital sealed ${sealedNo}, the birth was told as ${certificateNo}`)
        const days = Math.round((Date.parse(toldOn) - Date.parse(bornOn)) / dayMs)
        if (days < 0) throw new Error('the birth is told before the day of birth')
        return { days, late: days > lateDays }
      },
    }),
  ],
})
