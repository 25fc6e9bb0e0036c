import { render } from 'preact';
import { config } from 'zod';
import { App } from './app.tsx';
import './styles.css';

// Its compiled checks need `eval`, which the policy of the pages refuses.
config({ jitless: true });

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
