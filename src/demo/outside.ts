/** The demo's way out: none. Mail is kept and answered as a server would; nothing else leaves the machine. */
import type { Answered } from '#platform/http/outbound.ts';
import type { Mailer } from '#platform/mail.ts';

export const NOTICE =
  'Demo: nothing leaves this machine. Mail is kept, not sent. The providers and their feeds are made up.';
const ANSWER = '250 kept by the demo, not sent';

/** Every mail gets its evidence and stays here. */
export function keepingMailer(): Mailer {
  let kept = 0;
  return {
    configured: true,
    domain: 'harbourandpine.example',
    async sendMail({ messageId }) {
      kept += 1;
      return { response: ANSWER, messageId: `<${messageId ?? `demo-${kept}@harbourandpine.example`}>` };
    },
    close() {},
  };
}

/** The program that the agency's levers ask. The demo answers for it, in this process. */
export const DEPLOYER = 'https://deploy.harbourandpine.example';

/** @returns what the program answers, undefined for every other address */
export function deployerAnswers(url: string, body: unknown): Answered | undefined {
  return url.startsWith(`${DEPLOYER}/`) ? deployer(String(body ?? '')) : undefined;
}

function deployer(body: string): Answered {
  const { data } = JSON.parse(body) as { data: { dryRun: boolean; effect: string } };
  const message = data.dryRun
    ? `would do this: ${data.effect}`
    : 'live on 4 of 4 machines (said by the demo; nothing was deployed)';
  const answer = JSON.stringify({ message });
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: answer,
    bytes: Buffer.from(answer),
  };
}
