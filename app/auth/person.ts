/** What a person's fields may hold, wherever they are given. */
import { z } from 'zod';

/** Trimmed and lower-cased, so that one mailbox has one account. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .meta({ type: 'string', format: 'email' });

export const displayName = z.string().trim().min(1).max(100);

/** A BCP 47 tag that this platform knows. */
export const locale = z
  .string()
  .max(35)
  .refine((tag) => accepts(() => new Intl.Locale(tag)), { error: 'expected a language tag' });

/** An IANA time zone. */
export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => accepts(() => new Intl.DateTimeFormat('en', { timeZone: zone })), {
    error: 'expected an IANA time zone',
  });

function accepts(build: () => unknown): boolean {
  try {
    build();
    return true;
  } catch {
    return false;
  }
}
