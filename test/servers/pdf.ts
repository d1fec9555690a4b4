/** Reads a PDF for tests with a program that knows nothing of us: Poppler's pdftotext. */
import { spawnSync } from 'node:child_process';
import { findProgram } from './program.ts';

export function findPdftotext(): string | undefined {
  return findProgram(['pdftotext'], ['/usr/bin', '/usr/local/bin']);
}

/** @returns the text in the order in which a person reads it. Throws with what to install when there is no pdftotext. */
export function textOfPdf(pdf: Buffer): string {
  const path = findPdftotext();
  if (!path)
    throw new Error(
      'This test needs pdftotext and found none. Install the package "poppler-utils" of your system, or put pdftotext on PATH.',
    );
  const { status, stdout, stderr } = spawnSync(path, ['-layout', '-enc', 'UTF-8', '-', '-'], {
    input: pdf,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`pdftotext could not read it: ${stderr}`);
  return stdout;
}
