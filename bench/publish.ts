/** Figures into the documentation, by the command that measured them: a section of docs/benchmarks.md between two marks. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const file = resolve(import.meta.dirname, '../docs/benchmarks.md');

/**
 * Make `markdown` what docs/benchmarks.md says between `<!-- section: NAME -->` and `<!-- end: NAME -->`.
 *
 * @param section name of the section, such as `fleet`
 * @throws Error if the file has no such section
 */
export async function publish(section: string, markdown: string): Promise<void> {
  await writeFile(file, withSection(await readFile(file, 'utf8'), section, markdown));
}

/**
 * The document with another text between the marks of a section; everything around them stays.
 *
 * @throws Error unless the document has both marks, in order
 */
export function withSection(document: string, section: string, markdown: string): string {
  const begin = `<!-- section: ${section} -->`;
  const end = `<!-- end: ${section} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no ${begin} ... ${end} in the document`);
  return `${document.slice(0, from + begin.length)}\n\n${markdown.trim()}\n\n${document.slice(to)}`;
}
