/** The job of the certificates queue: draw the PDF and keep it. */
import type { PrismaClient } from '../database/generated/client.ts';
import type { Payload } from '../queue/queues.ts';
import { drawCertificate } from './pdf.ts';

/** The page that a certificate's code leads to. */
export function verifyUrlOf(publicUrl: string, code: string): string {
  return `${publicUrl}/verify/${code}`;
}

/** Done twice, it changes nothing. */
export async function drawCertificateFile(
  prisma: PrismaClient,
  { certificateId }: Payload<'certificates'>,
  publicUrl: string,
): Promise<void> {
  const certificate = await prisma.certificate.findUnique({
    where: { id: certificateId },
    include: { file: { select: { certificateId: true } } },
  });
  if (!certificate || certificate.file) return;
  const verifyUrl = verifyUrlOf(publicUrl, certificate.code);
  const pdf = await drawCertificate({ ...certificate, verifyUrl });
  await prisma.certificateFile.createMany({
    data: { certificateId, pdf },
    skipDuplicates: true,
  });
}
