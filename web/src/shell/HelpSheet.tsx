/** Every key, on one sheet. */
import { Kbd, Modal } from '@mantine/core';
import { PLACES } from './places.ts';

const KEYS: [string, string][] = [
  ['Ctrl K', 'Go anywhere, do anything'],
  ['n', 'The next step'],
  ['u', 'Write an update'],
  ['c', 'What changed'],
  ['d', 'Declare an incident'],
  ['?', 'This sheet'],
  ['Esc', 'Close what is open'],
];

export function HelpSheet({ close }: { close: () => void }) {
  const places = PLACES.map((place): [string, string] => [`g ${place.letter}`, place.name]);
  return (
    <Modal opened onClose={close} title="Keys">
      <ul className="rows">
        {[...KEYS, ...places].map(([keys, does]) => (
          <li className="row" key={keys}>
            {does}
            <span>
              {keys.split(' ').map((key) => (
                <Kbd key={key} ml={4}>
                  {key}
                </Kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <p className="quiet small">On a Mac, ⌘ K instead of Ctrl K.</p>
    </Modal>
  );
}
