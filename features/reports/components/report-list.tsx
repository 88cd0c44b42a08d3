import Link from 'next/link';
import { RowKeys } from '@/components/ui/row-keys';
import { SectionHead } from '@/components/ui/section-head';
import { Tag } from '@/components/ui/tag';
import { failedAccessReport, privilegedReport } from '../report-ids';

/** A: the trail alone proves it. P: it needs something imported. R: we only keep that people did it. */
const provability = { A: 'The trail alone proves it', P: 'The trail and an import prove it', R: 'We keep only the record that people did it' };

const questions = [
  {
    question: 'What did people with power do?',
    reports: [
      {
        ...privilegedReport,
        path: 'privileged',
        answers: 'Who used privileged rights, for what, on what, and how often compared with the period before',
        controls: [
          ['PCI DSS 10.2.1.2', 'A'],
          ['SOC 2 CC6.3', 'P'],
          ['ISO 27001 A.8.2', 'P'],
        ],
      },
    ],
  },
  {
    question: 'Who tried to get in?',
    reports: [
      {
        ...failedAccessReport,
        path: 'failed-access',
        answers: 'Who failed again and again, which address went through many accounts, and whether a try succeeded right after',
        controls: [
          ['PCI DSS 10.2.1.4', 'A'],
          ['SOC 2 CC6.6', 'A'],
          ['HIPAA 164.308(a)(5)', 'A'],
        ],
      },
    ],
  },
] as const;

/** The reports by the question they answer, each control with the letter that says how far the trail proves it. */
export function ReportList({ alias }: { alias: string }) {
  return (
    <RowKeys label="report">
      <div className="grid gap-7">
        {questions.map(({ question, reports }) => (
          <section key={question}>
            <SectionHead title={question} rule={false} />
            <table className="ledger">
              <thead>
                <tr>
                  <th scope="col" className="w-56">
                    Report
                  </th>
                  <th scope="col">Answers</th>
                  <th scope="col" className="w-[430px] max-full:hidden">
                    Controls
                  </th>
                </tr>
              </thead>
              <tbody>
                {reports.map((report) => (
                  <tr key={report.id} data-href tabIndex={-1}>
                    <th scope="row" className="font-normal">
                      <Link data-row-link href={`/${alias}/reports/${report.path}`} className="font-[550] hover:underline">
                        {report.name}
                      </Link>{' '}
                      <span className="text-xs text-ink-3">{report.id}</span>
                    </th>
                    <td className="!whitespace-normal text-ink-2">{report.answers}</td>
                    <td className="!whitespace-normal max-full:hidden">
                      <span className="flex flex-wrap gap-x-3 gap-y-1">
                        {report.controls.map(([control, letter]) => (
                          <span key={control} className="text-xs whitespace-nowrap text-ink-2" title={provability[letter]}>
                            {control} <Tag>{letter}</Tag>
                            <span className="sr-only">: {provability[letter]}</span>
                          </span>
                        ))}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
      <p className="mt-4 text-xs text-ink-3">
        A: the trail alone proves the control. P: it needs something beside the trail, such as a list of who should have which right.
      </p>
    </RowKeys>
  );
}
