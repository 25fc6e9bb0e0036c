import { runService } from '../../shared/process.ts';
import { startScheduler } from './scheduler.ts';

await runService('scheduler', startScheduler);
