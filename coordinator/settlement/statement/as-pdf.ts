import PdfDocument from 'pdfkit'
import { timeOf } from './as-csv.ts'
import type { Holdings } from './movements.ts'
import type { AgentStatement, Statement } from './statement.ts'

const margin = 40
const widths = [112, 178, 92, 92, 92, 92, 92] as const
const head = ['Time (UTC)', 'What', 'Amount', 'Purse', 'Bonded', 'Unbonding', 'Held'] as const
const lineHeight = 12

/** A statement as PDF, A4 across. The same statement gives the same bytes: its dates are those of its period. */
export async function asPdf(statement: Statement): Promise<Uint8Array> {
  const { of, period, chainId, escrow, agents, reconciledAtBlock } = statement
  const info = { Title: `Statement of ${of}`, Creator: 'Entente', CreationDate: new Date(period.toMs) }
  const pdf = new PdfDocument({ size: 'A4', layout: 'landscape', margin, info })
  const chunks: Buffer[] = []
  const written = new Promise<void>((resolve, reject) => {
    pdf.on('data', chunk => chunks.push(chunk))
    pdf.on('end', resolve)
    pdf.on('error', reject)
  })
  pdf.font('Helvetica-Bold').fontSize(16).text(`Statement of ${of}`)
  pdf.font('Helvetica').fontSize(9).moveDown(0.3)
  pdf.text(`From ${timeOf(period.fromMs)} until before ${timeOf(period.toMs)}. Amounts in the token's smallest unit.`)
  pdf.text(`Chain ${chainId}, escrow ${escrow}.`)
  pdf.text(`All balances equal those of the contracts as after block ${reconciledAtBlock}, to the last unit.`)
  for (const each of agents) writeAgent(pdf, each, statement)
  pdf.end()
  await written
  return Buffer.concat(chunks)
}

function writeAgent(pdf: PDFKit.PDFDocument, { agentId, opening, movements, closing }: AgentStatement, of: Statement) {
  roomFor(pdf, 6)
  pdf.moveDown(1).font('Helvetica-Bold').fontSize(11).text(`Agent ${agentId}`, margin)
  pdf.fontSize(8)
  writeRow(pdf, head)
  pdf.font('Helvetica')
  writeRow(pdf, [timeOf(of.period.fromMs), 'opening', '', ...balances(opening)])
  for (const { atMs, what, amount, after } of movements) {
    writeRow(pdf, [timeOf(atMs), what, `${amount}`, ...balances(after)])
  }
  pdf.font('Helvetica-Bold')
  writeRow(pdf, [timeOf(of.period.toMs), 'closing', '', ...balances(closing)])
}

const balances = ({ purse, bonded, unbonding, held }: Holdings) => [purse, bonded, unbonding, held].map(String)

/** Words to the left, numbers to the right. */
function writeRow(pdf: PDFKit.PDFDocument, cells: readonly string[]): void {
  roomFor(pdf, 1)
  const y = pdf.y
  let x = margin
  for (const [index, cell] of cells.entries()) {
    const width = widths[index]!
    pdf.text(cell, x, y, { width: width - 6, align: index < 2 ? 'left' : 'right', lineBreak: false, ellipsis: true })
    x += width
  }
  pdf.x = margin
  pdf.y = y + lineHeight
}

function roomFor(pdf: PDFKit.PDFDocument, lines: number): void {
  if (pdf.y + lines * lineHeight > pdf.page.height - margin) pdf.addPage()
}
