/** Issuing: one certificate for each completed enrolment, and the job that draws it. */
import type { Prisma } from '../database/generated/client.ts';
import { addJobs } from '../queue/outbox.ts';
import { newCode } from './code.ts';

type Transaction = Pick<Prisma.TransactionClient, '$queryRaw' | '$executeRaw'>;

/**
 * Issue the certificate if the enrolment is completed and has none: both are checked by the
 * statement that inserts it, so however many ask at once, there is one certificate and one job.
 *
 * @returns its id; undefined when the enrolment is not completed or already has one
 */
export async function issueCertificate(
  tx: Transaction,
  enrolmentId: string,
  now: Date,
): Promise<string | undefined> {
  const [issued] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO certificates (enrolment_id, code, learner_name, course_title, issued_at)
    SELECT e.id, ${newCode()}, u.display_name, c.title, ${now}::timestamptz
    FROM enrolments e JOIN users u ON u.id = e.user_id JOIN courses c ON c.id = e.course_id
    WHERE e.id = ${enrolmentId}::uuid AND e.status = 'completed'
    ON CONFLICT (enrolment_id) DO NOTHING
    RETURNING id`;
  if (issued) await addJobs(tx, 'certificates', [{ certificateId: issued.id }]);
  return issued?.id;
}
