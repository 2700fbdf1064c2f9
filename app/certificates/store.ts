/** SQL of certificates. */
import type { PrismaClient } from '../database/generated/client.ts';

type Asker = Pick<PrismaClient, 'certificate' | 'certificateFile' | 'enrolment'>;

const select = {
  id: true,
  code: true,
  learnerName: true,
  courseTitle: true,
  issuedAt: true,
  revokedAt: true,
  revocationReason: true,
  enrolment: { select: { userId: true, courseId: true } },
} as const;

export type CertificateRow = NonNullable<Awaited<ReturnType<typeof findByCode>>>;

export function findByCode(prisma: Asker, code: string) {
  return prisma.certificate.findUnique({ where: { code }, select });
}

export function findByEnrolment(prisma: Asker, enrolmentId: string) {
  return prisma.certificate.findUnique({ where: { enrolmentId }, select });
}

/** @returns undefined while it is not drawn yet */
export async function findPdf(
  prisma: Asker,
  certificateId: string,
): Promise<Uint8Array | undefined> {
  const file = await prisma.certificateFile.findUnique({ where: { certificateId } });
  return file?.pdf;
}

/** @returns whether it was in force until now */
export async function revoke(
  prisma: Asker,
  id: string,
  revocationReason: string,
  now: Date,
): Promise<boolean> {
  const { count } = await prisma.certificate.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: now, revocationReason },
  });
  return count === 1;
}
