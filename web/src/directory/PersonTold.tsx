/** How a person is told of messages, apart from being called: the list, its tests, and the form for it. */
import { useSession } from '../api/session.ts';
import { refusalsIn } from '../pieces/acting.ts';
import type { Views } from './kinds.ts';
import { type GivenToldBy, givenOf, ToldByEditor } from './ToldByEditor.tsx';
import { ToldByList } from './ToldByList.tsx';

type Person = Views['people'];

// A webhook is for programs; browsers turn themselves on.
const KINDS = ['email', 'sms', 'voice', 'slack', 'teams', 'mattermost', 'discord'] as const;

export function PersonTold({ person }: { person: Pick<Person, 'id' | 'name' | 'messageChannels'> }) {
  const session = useSession();
  const mine = session?.personId === person.id;
  const mayTest = mine || session?.role === 'administrator';
  const reached = person.messageChannels.some((each) => !each.offAt);
  return (
    <section className="section">
      <h2 className="label">How {mine ? 'I am' : 'they are'} told, in this order</h2>
      <p className="quiet small">
        Updates and drafts, not pages. The first one is tried first; the next when it fails, or when it is
        silent for 5 minutes on a P1 or P2.
      </p>
      {reached ? null : <p className="red">No channel: no message reaches {mine ? 'me' : person.name}.</p>}
      <ToldByList channels={person.messageChannels} owner={{ personId: person.id }} mayTest={mayTest} />
    </section>
  );
}

type Editing = {
  person: Pick<Person, 'messageChannels'> | undefined;
  /** Undefined: not touched, so that it stays as it is. */
  channels: GivenToldBy[] | undefined;
  change: (channels: GivenToldBy[]) => void;
  error: unknown;
  mine?: boolean;
};

export function EditPersonTold({ person, channels, change, error, mine = false }: Editing) {
  const shown = channels ?? givenOf(person?.messageChannels ?? []);
  return (
    <ToldByEditor
      legend={`How ${mine ? 'I am' : 'they are'} told of messages, in this order`}
      none="By email. Add channels to be told another way, or by a second one when the first is silent."
      channels={shown}
      change={change}
      kinds={KINDS}
      labels
      {...refusalsIn(error, 'messageChannels')}
    />
  );
}
