import type { ReactNode } from 'react';

/** Questions and their answers in small print, such as *About this report*: where from, which logic, which parameters, is it all there, is it proven. */
export function AboutList({ items }: { items: { question: string; answer: ReactNode }[] }) {
  return (
    <dl className="pt-1.5">
      {items.map((item) => (
        <div key={item.question} className="pb-[9px] last:pb-0">
          <dt className="text-xs font-[550]">{item.question}</dt>
          <dd className="pt-px text-xs leading-[17px] text-ink-2">{item.answer}</dd>
        </div>
      ))}
    </dl>
  );
}
