/** Settings: my own account for everybody; the organisation, logins and invitations for administrators; tokens for programs. */
import { useParams } from '@tanstack/react-router';
import '../pieces/records.css';
import { useSession } from '../api/session.ts';
import { Places } from '../pieces/Places.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { NotFound } from '../shell/Failure.tsx';
import { Account } from './Account.tsx';
import { Asking } from './Asking.tsx';
import { DutySettings } from './DutySettings.tsx';
import { Levers } from './Levers.tsx';
import { Logins } from './Logins.tsx';
import { NearMissSettings } from './NearMissSettings.tsx';
import { Organisation } from './Organisation.tsx';
import { OrganisationChannels } from './OrganisationChannels.tsx';
import { PostmortemTemplates } from './PostmortemTemplates.tsx';
import { SuspectWeights } from './SuspectWeights.tsx';
import { Templates } from './Templates.tsx';
import { Tokens } from './Tokens.tsx';
import { Trackers } from './Trackers.tsx';

const PARTS = [
  { part: 'account', name: 'My account', show: Account, administrators: false },
  { part: 'organisation', name: 'Organisation', show: Organisation, administrators: false },
  { part: 'channels', name: 'Channels', show: OrganisationChannels, administrators: false },
  { part: 'templates', name: 'Message templates', show: Templates, administrators: false },
  { part: 'postmortems', name: 'Postmortem templates', show: PostmortemTemplates, administrators: false },
  { part: 'levers', name: 'Levers', show: Levers, administrators: false },
  { part: 'trackers', name: 'Trackers', show: Trackers, administrators: false },
  { part: 'questions', name: 'Questions', show: Asking, administrators: true },
  { part: 'duties', name: 'Duties to notify', show: DutySettings, administrators: true },
  { part: 'near-misses', name: 'Near misses', show: NearMissSettings, administrators: true },
  { part: 'suspects', name: 'Suspects', show: SuspectWeights, administrators: true },
  { part: 'logins', name: 'Logins', show: Logins, administrators: true },
  { part: 'tokens', name: 'API tokens', show: Tokens, administrators: false },
];

export function Settings() {
  const { part = 'account' } = useParams({ strict: false }) as { part?: string };
  const administrator = useSession()?.role === 'administrator';
  const offered = PARTS.filter((each) => administrator || !each.administrators);
  const shown = offered.find((each) => each.part === part);
  if (!shown) return <NotFound />;
  const Part = shown.show;
  return (
    <Screen title="Settings">
      <Places
        of="settings"
        current={part}
        places={offered.map((each) => ({ name: each.part, to: `/settings/${each.part}`, words: each.name }))}
      />
      <Part />
    </Screen>
  );
}
