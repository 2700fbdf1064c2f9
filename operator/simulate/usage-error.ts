/** The fault of whoever called: a wrong option, profile or trace, in words that name the place. */
export class UsageError extends Error {}
