import { parentPort } from 'node:worker_threads';
import { runFit, type HeavyFit } from './fits.ts';

parentPort?.on('message', (fit: HeavyFit) => parentPort?.postMessage(runFit(fit)));
