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
const COMPOSITES: readonly SignalInput[] = [
  describeUpstream('signal', 'agent_fx_equilibrium', 'FX_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_fiscal', 'FISCAL_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_monetary_policy', 'MONETARY_BR_COMPOSITE'),
  describeUpstream('signal', 'agent_inflation', 'INFLATION_BR_COMPOSITE'),
];

/** The view as outputs, each part with what it rests on: the inputs of the regime, of tail risk beside it, and signals. */
export function giveView(
  view: MarketView,
  regime: readonly SignalInput[],
  tailRisk: readonly SignalInput[],
): Outputs {
  const opinions = { units: { conviction: 'confidence' }, inputs: RISK };
  const reports = UPSTREAM_AGENTS.map((agent) => describeUpstream('report', agent, agent));
  const sources: Readonly<Record<keyof MarketView, Source>> = {
    regime: { units: {}, inputs: regime },
    regimeMethod: { units: {}, inputs: regime },
    probabilities: { units: { '*': 'probability' }, inputs: regime },
    classes: opinions,
    riskAppetite: { units: { '*': 'score' }, inputs: RISK.slice(1) },
    tailRisk: { units: { score: 'score' }, inputs: [...tailRisk, ...regime] },
    trades: { units: { conviction: 'confidence', size: 'of_full_size' }, inputs: [...RISK, ...COMPOSITES] },
    consistency: { units: { size: 'of_full_size' }, inputs: [...RISK, ...COMPOSITES, ...regime] },
    upstreamGaps: { units: {}, inputs: reports },
    warnings: { units: {}, inputs: [...RISK, ...regime, ...reports] },
  };
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      `view.${name}`,
      { ...source, value: view[name as keyof MarketView] },
    ]),
  );
}
