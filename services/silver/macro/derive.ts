import type { StoredObservation } from '../../../shared/db/reader.ts';
import type { MacroRecord } from '../../../shared/silver/rows.ts';
import {
  deriveRevisions,
  type DerivedRevision,
  type Formula,
  type Revision,
  type UsedPlaces,
} from './as-of.ts';
import { DERIVED_SERIES, TRANSFORMS, type DerivedSeries, type Input } from './catalog.ts';
import { formatInputs } from '../lineage.ts';
import { deriveLevels, toMonthEnds, toRevisions, type MacroLevel } from './level.ts';
import { isPeriodic, labelOf, startOf, type PeriodFrequency } from './period.ts';
import { MACRO_SOURCES, type MacroSource } from './registry.ts';
import { completeTargets, TARGET_KEY } from './target-table.ts';

/** Where the rows of a key come from. */
export interface MacroInputs {
  /** All revisions of a series of the registry, grouped by date. */
  observationsOf(source: MacroSource): Promise<readonly StoredObservation[]>;
  breathe(): Promise<void>;
}

const derivedByKey = new Map(DERIVED_SERIES.map((series) => [series.key, series]));

/** Every key that silver_macro can hold: levels of the registry, then derived series. */
export function listMacroKeys(): string[] {
  return [...new Set([...MACRO_SOURCES.keys(), ...derivedByKey.keys()])];
}

/** The changed keys and every derived series that depends on one of them, inputs first. */
export function listAffectedKeys(changed: Iterable<string>): string[] {
  const affected = new Set([...changed].filter((key) => MACRO_SOURCES.has(key) || derivedByKey.has(key)));
  for (const series of DERIVED_SERIES) {
    if (series.inputs.some((input) => affected.has(input.key))) affected.add(series.key);
  }
  return [...affected];
}

interface Meaning {
  readonly transform: string;
  readonly unit: string;
  readonly frequency: PeriodFrequency;
  readonly inputs: readonly Input[];
}

/** Periods of an input; those of an input that is no series are never asked for. */
function frequencyOf({ key, transform }: Input): PeriodFrequency {
  const frequency = derivedByKey.get(key)?.frequency ?? MACRO_SOURCES.get(key)?.frequency ?? 'M';
  return transform === 'month_end' || !isPeriodic(frequency) ? 'M' : frequency;
}

/** `BR_IPCA_MOM`, and with what was done to it where it is not the level: `BR_IPCA_MOM:yoy`. */
function nameInput({ key, transform }: Input): string {
  return transform === 'level' ? key : `${key}:${transform}`;
}

function describeUsed(inputs: readonly Input[], used: readonly UsedPlaces[]): string {
  return formatInputs(
    used.map(({ input, first, last, revision }) => {
      const source = inputs[input]!;
      const frequency = frequencyOf(source);
      return {
        key: nameInput(source),
        first: labelOf(first, frequency),
        last: labelOf(last, frequency),
        revision,
      };
    }),
  );
}

function toRows(
  key: string,
  { transform, unit, frequency, inputs }: Meaning,
  revisions: readonly DerivedRevision[],
): MacroRecord[] {
  return revisions.map(({ place, knownAt, value, reason, used }) => ({
    seriesKey: key,
    transform,
    period: labelOf(place, frequency),
    periodStart: startOf(place, frequency),
    knownAt,
    value,
    unit,
    reason,
    inputs: describeUsed(inputs, used),
  }));
}

/** Derives the rows of keys from bronze, each input once. */
export function createMacroDeriver(inputs: MacroInputs) {
  const levelsByKey = new Map<string, Promise<MacroLevel[]>>();
  const revisionsBySeries = new Map<string, Promise<DerivedRevision[]>>();
  const revisionsByInput = new Map<string, Promise<Revision[]>>();

  async function readLevels(source: MacroSource): Promise<MacroLevel[]> {
    const stored = await inputs.observationsOf(source);
    return deriveLevels(source.key === TARGET_KEY ? completeTargets(stored) : stored, source);
  }

  function levelsOf(source: MacroSource): Promise<MacroLevel[]> {
    const known = levelsByKey.get(source.key) ?? readLevels(source);
    levelsByKey.set(source.key, known);
    return known;
  }

  async function readRevisions({ key, transform }: Input): Promise<Revision[]> {
    const series = derivedByKey.get(key);
    if (series !== undefined) return deriveSeries(series);
    const source = MACRO_SOURCES.get(key);
    if (source === undefined) return [];
    if (transform === 'month_end') return toMonthEnds(await levelsOf(source));
    if (!isPeriodic(source.frequency)) return [];
    const formula = transform === 'level' ? undefined : TRANSFORMS[key]?.[transform]?.formula;
    const levels = toRevisions(await levelsOf(source), source.frequency);
    return formula === undefined ? levels : deriveRevisions([levels], formula, inputs.breathe);
  }

  function revisionsOf(input: Input): Promise<Revision[]> {
    const id = `${input.key} ${input.transform}`;
    const known = revisionsByInput.get(id) ?? readRevisions(input);
    revisionsByInput.set(id, known);
    return known;
  }

  async function apply(formula: Formula, wanted: readonly Input[]): Promise<DerivedRevision[]> {
    const revisions: Revision[][] = [];
    for (const input of wanted) revisions.push(await revisionsOf(input));
    return deriveRevisions(revisions, formula, inputs.breathe);
  }

  function deriveSeries(series: DerivedSeries): Promise<DerivedRevision[]> {
    const known = revisionsBySeries.get(series.key) ?? apply(series.formula, series.inputs);
    revisionsBySeries.set(series.key, known);
    return known;
  }

  async function deriveSource(source: MacroSource): Promise<MacroRecord[]> {
    const rows: MacroRecord[] = (await levelsOf(source)).map(({ revision: _revision, ...row }) => row);
    const { frequency, key } = source;
    if (!isPeriodic(frequency)) return rows;
    for (const [transform, { unit, formula }] of Object.entries(TRANSFORMS[key] ?? {})) {
      const wanted: Input[] = [{ key, transform: 'level' }];
      const derived = await apply(formula, wanted);
      rows.push(...toRows(key, { transform, unit, frequency, inputs: wanted }, derived));
      await inputs.breathe();
    }
    return rows;
  }

  return {
    /** All rows of a key, every revision. */
    async rowsOf(key: string): Promise<MacroRecord[]> {
      const series = derivedByKey.get(key);
      if (series !== undefined)
        return toRows(key, { transform: 'level', ...series }, await deriveSeries(series));
      const source = MACRO_SOURCES.get(key);
      return source === undefined ? [] : deriveSource(source);
    },
  };
}
