/** Declare: three fields, everything else later. */
import { Screen } from '../pieces/Screen.tsx';

export function Declare() {
  return <Screen title="Declare an incident" />;
}
