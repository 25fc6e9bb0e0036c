import type { Output, Outputs } from '../framework/output.ts';
import { describeUpstream, type SignalInput } from '../framework/signal.ts';
import type { MarketView } from './market-view.ts';
import { UPSTREAM_AGENTS } from './views-of-agents.ts';

type Source = Omit<Output, 'value'>;

const OWN = 'agent_cross_asset';
const RISK: readonly SignalInput[] = [
  describeUpstream('signal', OWN, 'CROSSASSET_REGIME'),
  describeUpstream('signal', OWN, 'CROSSASSET_SENTIMENT'),
];
const PROBABILITIES = describeUpstream('output', OWN, 'view.probabilities');
const CONSISTENCY = describeUpstream('output', OWN, 'view.consistency');
const TAIL_RISK = describeUpstream('output', OWN, 'view.tailRisk');
const COMPOSITES: readonly SignalInput[] = [
  describeUpstream('signal', 'agent_fx_equilibrium', 'FX_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_fiscal', 'FISCAL_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_monetary_policy', 'MONETARY_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_inflation', 'INFLATION_BR_COMPOSITE'),
];

/** What parts of the view rest on beside signals. */
interface ViewInputs {
  readonly regime: readonly SignalInput[];
  /** Of the monthly model, whether it gave the regime or was refused. */
  readonly model: readonly SignalInput[];
  /** Of tail risk beside the regime. */
  readonly tailRisk: readonly SignalInput[];
}

/** The view as outputs, each part with what it rests on. */
export function giveView(view: MarketView, { regime, model, tailRisk }: ViewInputs): Outputs {
  const opinions = { units: { conviction: 'confidence' }, inputs: RISK };
  const reports = UPSTREAM_AGENTS.map((agent) => describeUpstream('report', agent, agent));
  const sources: Readonly<Record<keyof MarketView, Source>> = {
    regime: { units: {}, inputs: regime },
    regimeMethod: { units: {}, inputs: model },
    probabilities: { units: { '*': 'probability' }, inputs: regime },
    classes: opinions,
    riskAppetite: { units: { '*': 'score' }, inputs: RISK.slice(1) },
    tailRisk: { units: { score: 'score' }, inputs: [...tailRisk, PROBABILITIES] },
    trades: {
      units: { conviction: 'confidence', size: 'of_full_size' },
      // What contradicts another view is halved.
      inputs: [...RISK, ...COMPOSITES, CONSISTENCY],
    },
    consistency: { units: { size: 'of_full_size' }, inputs: [...RISK, ...COMPOSITES, ...regime] },
    upstreamGaps: { units: {}, inputs: reports },
    warnings: { units: {}, inputs: [...RISK.slice(1), TAIL_RISK, ...model, ...reports] },
  };
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      `view.${name}`,
      { ...source, value: view[name as keyof MarketView] },
    ]),
  );
}
