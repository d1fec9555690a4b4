import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTransport } from 'nodemailer';
import { startSmtp } from './smtp.ts';

const smtp = await startSmtp({
  rejectFor: (address) => (address.startsWith('gone@') ? [550, 'no such mailbox'] : undefined),
});
const transport = createTransport(smtp.url);
after(() => {
  transport.close();
  return smtp.stop();
});

test('an accepted mail is kept with its words and its envelope', async () => {
  const coming = smtp.waitFor((mail) => mail.subject === 'Card payments fail');
  await transport.sendMail({
    from: 'humdrum@example.com',
    to: 'ana@example.com',
    subject: 'Card payments fail',
    text: 'Nächste Nachricht 02:44',
  });
  const mail = await coming;
  assert.deepEqual(mail.envelope, { from: 'humdrum@example.com', to: ['ana@example.com'] });
  assert.equal(mail.text?.trim(), 'Nächste Nachricht 02:44');
});

test('a refused recipient is refused with the code of its refusal', async () => {
  const sending = transport.sendMail({ from: 'humdrum@example.com', to: 'gone@example.com', text: 'x' });
  await assert.rejects(sending, { responseCode: 550 });
});

test('waiting for a mail that does not come says which ones came', async () => {
  await assert.rejects(
    smtp.waitFor((mail) => mail.subject === 'never sent', 5),
    /No such mail within 5 ms/,
  );
});
