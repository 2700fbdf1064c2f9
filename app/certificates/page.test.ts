import { expect, test } from 'vitest';
import { verificationPage } from './page.ts';

const certificate = {
  learnerName: 'Ada <script>alert("1")</script>',
  courseTitle: "R&D d'avant-garde",
  issuedAt: new Date('2026-05-01T12:00:00Z'),
  revokedAt: null,
};

test('names cannot become markup', () => {
  const page = verificationPage('0123456789ABCDEFGHJK', certificate);
  expect(page).toContain('Ada &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(page).toContain('R&amp;D d&#39;avant-garde');
  expect(page).not.toContain('<script');
});

test('a revoked certificate says so, and no longer that it is valid', () => {
  const revokedAt = new Date('2026-06-01T12:00:00Z');
  const page = verificationPage('0123456789ABCDEFGHJK', { ...certificate, revokedAt });
  expect(page).toContain('revoked on 2026-06-01');
  expect(page).not.toContain('is valid');
});
