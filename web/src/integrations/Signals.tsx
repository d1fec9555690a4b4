/** Everything that arrived in the last 30 days, as it came. */
import { Screen } from '../pieces/Screen.tsx';
import { IntakePlaces } from './IntakePlaces.tsx';
import { SignalList } from './SignalList.tsx';

export function Signals() {
  return (
    <Screen title="Integrations">
      <IntakePlaces current="signals" />
      <p className="quiet small">What arrived in the last 30 days, newest first. Times are UTC.</p>
      <SignalList
        asked={{ limit: 30 }}
        empty="Nothing has arrived in the last 30 days. Connect a tool under Ways in, or send a first event with curl."
      />
    </Screen>
  );
}
