import { MultiBar, Presets, SingleBar } from 'cli-progress';
import type { Backfill, PartitionSummary } from './answers.ts';
import { formatCount } from './format-number.ts';
import { formatEta } from './format-progress.ts';
import { countMaterialized, countWeekdays } from './format-report.ts';

/** How far a backfill is at a moment. */
export interface Progress {
  readonly backfill: Backfill;
  /** Its assets over its range; empty where they were not asked for. */
  readonly assets: readonly PartitionSummary[];
  /** Materializations per second. */
  readonly rate: number;
}

/** Shows how far a backfill is, again and again. */
export interface ProgressView {
  /** True when it shows each asset by itself. */
  readonly needsAssets: boolean;
  show(progress: Progress): void;
  end(): void;
}

const TOTAL = '{bar} {percentage} %  {done} of {all}  {speed} per s  {left} left  {state}';
const BAR_WIDTH = 36;
/** Bars, footer, the line of the command and one to spare. */
const LINES_BESIDE_ASSETS = 3;

function describeTotal({ backfill: { partitions, state }, rate }: Progress) {
  const { done, total } = partitions;
  return {
    all: formatCount(total),
    done: formatCount(done),
    left: formatEta(total - done, rate),
    speed: formatCount(rate),
    state,
  };
}

/** What is the matter with an asset: partitions that failed, or nothing more to do. */
function describeAsset(row: PartitionSummary, total: number): string {
  if (row.failed > 0) return `${formatCount(row.failed)} failed`;
  return countMaterialized(row) >= total ? 'complete' : '';
}

/** One bar for the whole backfill. */
export function openBar(): ProgressView {
  const bar = new SingleBar({ barsize: BAR_WIDTH, format: TOTAL, hideCursor: true }, Presets.shades_classic);
  let isStarted = false;
  return {
    needsAssets: false,
    end: () => bar.stop(),
    show(progress) {
      const { done, total } = progress.backfill.partitions;
      const payload = describeTotal(progress);
      if (!isStarted) bar.start(total, done, payload);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
  };
}

/** A bar per asset: its materialized partitions of the range of the backfill; and a footer for all together. */
export function openAssetBars(stream: NodeJS.WritableStream = process.stderr): ProgressView {
  const bars = new MultiBar(
    {
      barsize: BAR_WIDTH,
      format: '{asset} {bar} {done} of {all}  {note}',
      hideCursor: true,
      stream,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  );
  const byAsset = new Map<string, SingleBar>();
  let footer: SingleBar | undefined;
  return {
    needsAssets: true,
    end: () => bars.stop(),
    show(progress) {
      const { backfill, assets } = progress;
      const all = countWeekdays(backfill.from, backfill.to);
      const nameWidth = Math.max(...assets.map(({ asset }) => asset.length));
      for (const row of assets) {
        const done = countMaterialized(row);
        const payload = {
          asset: row.asset.padEnd(nameWidth),
          done: formatCount(done).padStart(formatCount(all).length),
          all: formatCount(all),
          note: describeAsset(row, all),
        };
        const bar = byAsset.get(row.asset) ?? bars.create(all, done, payload);
        byAsset.set(row.asset, bar);
        bar.update(done, payload);
      }
      const { done, total } = backfill.partitions;
      const payload = describeTotal(progress);
      const label = 'all'.padEnd(nameWidth);
      footer ??= bars.create(total, done, payload, { format: `${label} ${TOTAL}` });
      footer.setTotal(total);
      footer.update(done, payload);
    },
  };
}

/** True when a terminal has room for a bar per asset. */
export function hasRoomFor(assets: number, stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.rows >= assets + LINES_BESIDE_ASSETS;
}
