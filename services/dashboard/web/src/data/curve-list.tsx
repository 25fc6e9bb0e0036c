import { EmptyNote } from '../components/notes.tsx';

/** What each curve is. */
export const CURVE_NAMES: Readonly<Record<string, string>> = {
  DI_PRE: 'Brazil, fixed rate (DI × pré)',
  DI_IPCA: 'Brazil, real rate of DAP',
  NTN_B_REAL: 'Brazil, real yield of NTN-B',
  BR_BEI: 'Brazil, breakeven inflation',
  CUPOM_CAMBIAL: 'Onshore dollar rate (FRC)',
  USDBRL_FWD: 'Dollar against real, forward',
  UST_NOM: 'US Treasuries, par yield',
  UST_REAL: 'US Treasuries, real par yield',
  UST_NOM_ZERO: 'US Treasuries, zero rate',
  UST_REAL_ZERO: 'US Treasuries, real zero rate',
  UST_BEI: 'US Treasuries, breakeven inflation',
};

/** The curves that have points, each leading to its page. */
export const CurveList = ({ ids }: { readonly ids: readonly string[] }) => (
  <section id="curves">
    <h2>Curves</h2>
    {ids.length === 0 ? (
      <EmptyNote>No curve has points yet.</EmptyNote>
    ) : (
      <ul class="names">
        {ids.map((id) => (
          <li key={id}>
            <a href={`/data/curves/${id}`}>{id}</a> <span class="quiet">{CURVE_NAMES[id]}</span>
          </li>
        ))}
      </ul>
    )}
  </section>
);
