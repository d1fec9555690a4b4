/** Whether this browser may show a page over other windows. */
import { Button } from '@mantine/core';
import { useState } from 'react';

export function Notifications() {
  const offered = 'Notification' in globalThis;
  const [permission, setPermission] = useState(offered ? Notification.permission : 'denied');
  const ask = () => void Notification.requestPermission().then(setPermission);
  return (
    <section className="section">
      <h2 className="label">Notifications of this browser</h2>
      {permission === 'granted' ? (
        <p className="green">On: a page shows over other windows while Humdrum is open in a tab.</p>
      ) : permission === 'default' && offered ? (
        <>
          <p className="quiet">Off: a page is heard, but only seen in this tab.</p>
          <Button variant="default" mt="sm" onClick={ask}>
            Let pages show over other windows
          </Button>
        </>
      ) : (
        <p className="amber">
          {offered
            ? 'Blocked in this browser. Allow notifications for this site in the browser’s own settings.'
            : 'This browser has none, or the address is not https.'}{' '}
          Sound still rings.
        </p>
      )}
    </section>
  );
}
