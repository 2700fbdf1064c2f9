/** An answer other than 200. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export const notFound = () => new Refusal(404, 'NotFound', 'not found');
export const conflict = () => new Refusal(409, 'Conflict', 'the object has been modified');

export function raise(error: Error): never {
  throw error;
}
