import { useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { Action } from '../components/action.tsx';

/** Sends a test message to each channel, and says to which. */
export function TestChannels() {
  const { api } = useWorkplace();
  const [said, setSaid] = useState('');
  const test = async (): Promise<void> => {
    const { data } = await api.testAlertChannels();
    setSaid(
      data.length === 0
        ? 'No channel is configured.'
        : `Test queued for ${data.map(({ channel }) => channel).join(', ')}: see Deliveries.`,
    );
  };
  return (
    <>
      <span role="status" class="quiet">
        {said}
      </span>
      <Action role="operator" run={test}>
        Test channels
      </Action>
    </>
  );
}
