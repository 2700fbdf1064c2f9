import { expect, test } from 'vitest';
import { drawCertificate } from './pdf.ts';

const text = {
  learnerName: 'Łucja Ђорђевић',
  courseTitle: 'Analytical engines',
  issuedAt: new Date('2026-05-01T12:00:00Z'),
  code: '0123456789ABCDEFGHJK',
  verifyUrl: 'https://learn.example.test/verify/0123456789ABCDEFGHJK',
};

test('a certificate is one page of PDF with its font inside', async () => {
  const pdf = Buffer.from(await drawCertificate(text)).toString('latin1');
  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(pdf).toContain('/FontFile2');
  expect(pdf).not.toContain('/BaseFont /Helvetica');
});
