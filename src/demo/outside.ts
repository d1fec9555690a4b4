/** The demo's way out: none. Mail is kept and answered as a server would; nothing else leaves the machine. */
import type { Mailer } from '#platform/mail.ts';

export const NOTICE =
  'Demo: nothing leaves this machine. Mail is kept, not sent. The third parties and their feeds are made up.';
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
