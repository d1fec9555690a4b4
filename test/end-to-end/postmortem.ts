/** Writes and publishes the postmortem of the one incident. */
import type { Installation } from './installation.ts';
import type { Organisation } from './organisation.ts';
import type { Responder } from './responder.ts';

const ANSWERED = { answer: 'no', text: 'the rule fired within a second.' };

export async function writePostmortem(
  { ask }: Installation,
  _by: Responder,
  { bo }: Organisation,
): Promise<void> {
  const { items } = await ask('GET', '/incidents');
  const { postmortem } = await ask('GET', `/incidents/${items[0].id}`);
  const { version, sections } = await ask('GET', `/postmortems/${postmortem.id}`);
  await ask('PUT', `/postmortems/${postmortem.id}`, {
    version,
    sections: {
      ...sections,
      rootCause: 'The pipeline lets a release reach every user at once.',
      contributingFactors: {
        slowDetection: ANSWERED,
        missingDocumentation: ANSWERED,
        missingMonitoring: ANSWERED,
        others: '',
      },
    },
  });
  await ask('POST', `/postmortems/${postmortem.id}/action-items`, {
    text: 'Release to one in a hundred users first',
    ownerId: bo,
    dueOn: '2099-12-04',
    doneCondition: 'The pipeline refuses a full release without it',
  });
  await ask('POST', `/postmortems/${postmortem.id}/publication`);
}
