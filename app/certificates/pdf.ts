/** A certificate as PDF: one page, with an embedded font that has letters beyond Latin ones. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export interface CertificateText {
  readonly learnerName: string;
  readonly courseTitle: string;
  readonly issuedAt: Date;
  readonly code: string;
  /** Where anybody can verify it. */
  readonly verifyUrl: string;
}

const ink = '#1c2833';
const accent = '#1f618d';
const margin = 48;

/** @returns the file's bytes; the same text gives the same bytes */
export async function drawCertificate(text: CertificateText): Promise<Uint8Array<ArrayBuffer>> {
  const { default: PDFDocument } = await import('pdfkit');
  const font = await readFile(fontPath());
  const document = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin,
    info: {
      Title: `Certificate: ${text.courseTitle}`,
      Author: 'Bellwether',
      CreationDate: text.issuedAt,
      ModDate: text.issuedAt,
    },
    // None yet: the default one would be read from files that are not there once bundled.
    font: '',
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve).on('error', reject);
  });
  layOut(document.font(font), text);
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

function fontPath(): string {
  return createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
}

function layOut(document: PDFKit.PDFDocument, text: CertificateText): void {
  const { width, height } = document.page;
  document
    .lineWidth(2)
    .rect(margin / 2, margin / 2, width - margin, height - margin)
    .stroke(accent);
  const centred = { align: 'center', width: width - 2 * margin } as const;
  const line = (words: string, y: number, size: number, colour = ink) =>
    document.fontSize(size).fillColor(colour).text(words, margin, y, centred);
  line('Certificate of completion', 90, 30, accent);
  line(text.learnerName, 190, 28);
  line('has completed the course', 245, 14);
  line(text.courseTitle, 280, 22);
  line(isoDay(text.issuedAt), 380, 14);
  line(`Code ${text.code.replaceAll(/(.{4})(?=.)/g, '$1-')}`, 450, 12);
  line(text.verifyUrl, 470, 10, accent);
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
