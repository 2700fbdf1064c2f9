/** The page that tells anybody whether a certificate is real. */

export interface Verified {
  readonly learnerName: string;
  readonly courseTitle: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
}

/** HTML without scripts or styles, so that the strictest content policy holds. */
export function verificationPage(code: string, certificate: Verified): string {
  const { learnerName, courseTitle, issuedAt, revokedAt } = certificate;
  const verdict = revokedAt
    ? `This certificate was revoked on ${isoDay(revokedAt)}.`
    : 'This certificate is valid.';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Certificate ${escapeHtml(code)}</title></head>
<body>
<h1>${verdict}</h1>
<dl>
<dt>Learner</dt><dd>${escapeHtml(learnerName)}</dd>
<dt>Course</dt><dd>${escapeHtml(courseTitle)}</dd>
<dt>Issued</dt><dd>${isoDay(issuedAt)}</dd>
<dt>Code</dt><dd>${escapeHtml(code)}</dd>
</dl>
</body>
</html>
`;
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
