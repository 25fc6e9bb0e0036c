import { useRoute } from 'preact-iso';
import { AGENT_NAMES, type AgentName } from '../../../../../shared/pipeline/graph.ts';
import { isDay, nextWeekday, previousWeekday } from '../../../../../shared/time.ts';
import { useWorkplace } from '../api.ts';
import { Choice } from '../components/choice.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { Narrative, QualityFlags, ReportFacts, ReportInputs } from '../signals/report-parts.tsx';
import { lineageAddress } from '../lineage/address.ts';
import { OutputTable } from '../signals/output-table.tsx';
import { listOutputs } from '../signals/outputs.ts';
import { SignalTable } from '../signals/signal-table.tsx';
import { reportAddress, shortenAgent } from '../signals/signal-words.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

function Report({ agent, partition }: { readonly agent: AgentName; readonly partition: string }) {
  const { api } = useWorkplace();
  const { modelVersion, asOf } = useAddress().query;
  const query = useQuery(
    () => api.getReport({ params: { agent }, query: { partition, modelVersion, asOf } }),
    [agent, partition, modelVersion, asOf],
  );
  const place = { agent, partition, modelVersion, asOf };
  return (
    <Answer query={query}>
      {(report) => (
        <>
          {report.versions.length < 2 ? null : (
            <div class="row no-print">
              <Choice
                name="modelVersion"
                label="Model version"
                options={[
                  { value: '', label: 'the current one' },
                  ...report.versions.map((value) => ({ value, label: value })),
                ]}
              />
            </div>
          )}
          <ReportFacts report={report} asOf={asOf} />
          <SignalTable caption={`Signals of ${report.partition}`} signals={report.signals} />
          <h2>Narrative</h2>
          <Narrative report={report} place={place} />
          <ReportInputs report={report} place={place} />
          <OutputTable
            caption="Other outputs"
            rows={listOutputs(report.outputs, report.outputSources)}
            report={place}
          />
          <QualityFlags flags={report.dataQualityFlags} />
        </>
      )}
    </Answer>
  );
}

/** The report of an agent for a partition, for the screen and for paper. */
export function ReportPage() {
  const { agent: name = '', partition = '' } = useRoute().params;
  const agent = AGENT_NAMES.find((one) => one === name);
  const { asOf, modelVersion } = useAddress().query;
  const isKnown = agent !== undefined && isDay(partition);
  return (
    <Page
      title={`${shortenAgent(name)}, ${partition}`}
      actions={
        isKnown ? (
          <span class="row no-print">
            <a href={reportAddress(agent, previousWeekday(partition), asOf)}>Partition before</a>
            <a href={reportAddress(agent, nextWeekday(partition), asOf)}>Partition after</a>
            <a href={lineageAddress({ agent, partition, asOf, modelVersion })}>Lineage</a>
            <button type="button" onClick={() => print()}>
              Print
            </button>
          </span>
        ) : null
      }
    >
      {isKnown ? (
        <Report key={`${agent} ${partition}`} agent={agent} partition={partition} />
      ) : (
        <EmptyNote>There is no report at this address: it names no agent or no day.</EmptyNote>
      )}
    </Page>
  );
}
