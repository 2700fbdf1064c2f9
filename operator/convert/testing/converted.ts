/** Conversions taken apart for assertions. */
import { parse } from 'yaml';
import { conversionOf, convert, told } from '../convert.ts';
import type { ConvertOptions } from '../draft.ts';

function run(object: unknown, options: Partial<ConvertOptions> = {}) {
  const conversion = conversionOf(object);
  if (!conversion) throw new Error('no conversion for it');
  return convert(object, conversion, { observe: false, queries: {}, ...options });
}

/** The profile that comes out, and what was noted. */
export function converted(object: unknown, options: Partial<ConvertOptions> = {}) {
  const result = run(object, options);
  if (!result.ok) throw new Error(result.faults.map(told).join('\n'));
  const profile = parse(result.text);
  const { metadata, spec } = profile;
  return { profile, metadata, spec, notes: result.notes.map(told), text: result.text };
}

export function refused(object: unknown, options: Partial<ConvertOptions> = {}): readonly string[] {
  const result = run(object, options);
  return result.ok ? [] : result.faults.map(told);
}
