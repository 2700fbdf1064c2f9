import { expect, test } from 'vitest';
import { withSection } from './publish.ts';

const document = `# Benchmarks

<!-- section: fleet -->
<!-- end: fleet -->

Between.

<!-- section: quality -->

old

<!-- end: quality -->

After.
`;

test('replaces what stands between the marks and nothing else', () => {
  const once = withSection(document, 'quality', 'new $& \\1\n');
  expect(once).toBe(document.replace('\nold\n', () => '\nnew $& \\1\n'));
  expect(withSection(once, 'quality', 'new $& \\1')).toBe(once);
});

test('fills a section that is empty yet', () => {
  expect(withSection(document, 'fleet', '| a |')).toBe(
    document.replace('fleet -->\n<!-- end', 'fleet -->\n\n| a |\n\n<!-- end'),
  );
});

test.each([
  ['neither mark', 'other', document],
  ['no end', 'fleet', '<!-- section: fleet -->'],
  ['the end first', 'fleet', '<!-- end: fleet --> <!-- section: fleet -->'],
])('refuses a document with %s', (_, section, text) => {
  expect(() => withSection(text, section, '')).toThrow(`no <!-- section: ${section} -->`);
});
