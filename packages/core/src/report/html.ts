import { escapeUTF8 } from "entities";

import type { ReportView } from "./view.ts";

/**
 * A report as HTML that mail clients show and printers print: styles stand in the elements, there are no scripts, nothing is loaded, and
 * charts are inline SVG with their content in words.
 */
export function reportHtml(view: ReportView, language: string): string {
  const { totals, parts, shape, members, alerts } = view;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeUTF8(`${view.title}, ${view.period}`)}</title>
</head>
<body style="margin:0;background:#ffffff;color:#15202b;font:15px/1.45 system-ui,'Segoe UI',Roboto,'Liberation Sans',sans-serif">
<div style="max-width:720px;margin:0 auto;padding:16px">
<h1 style="margin:0;font-size:24px">${escapeUTF8(view.title)}</h1>
<p style="margin:2px 0 16px;color:#4d5a66">${escapeUTF8(view.period)}</p>
${tableOf(totals.head, totals.rows)}
${heading(parts.title)}
${barChart(parts.bars, parts.text)}
${heading(shape.title)}
${legend(shape.names)}
${lineChart([shape.weekdays, shape.weekends], shape.text)}
<table role="presentation" style="${TABLE}">${view.facts
    .map(
      ([name, value]) =>
        `<tr><td style="${CELL}">${escapeUTF8(name)}</td><td style="${NUMBER}">${escapeUTF8(value)}</td></tr>`,
    )
    .join("")}</table>
${
  members === undefined
    ? ""
    : `${heading(members.title)}${tableOf(members.head, members.rows)}${members.notes.map(note).join("")}`
}
${heading(alerts.title)}
${alerts.rows.length === 0 ? note(alerts.none) : tableOf([], alerts.rows)}
<div style="margin-top:16px">${view.notes.map(note).join("")}</div>
</div>
</body>
</html>
`;
}

const DRAWN = "#0b62a8";
const FED_IN = "#a85200";
const WEEKEND = "#00785a";
const GRID = "#d5dbe1";

const TABLE = "border-collapse:collapse;width:100%;margin:8px 0;font-size:clamp(12px,3.4vw,15px)";
const CELL = `padding:5px 6px 5px 0;border-bottom:1px solid ${GRID};text-align:left;vertical-align:top`;
const NUMBER = `padding:5px 0 5px 6px;border-bottom:1px solid ${GRID};text-align:right;font-variant-numeric:tabular-nums`;

function heading(text: string): string {
  return `<h2 style="margin:20px 0 4px;font-size:17px;break-after:avoid">${escapeUTF8(text)}</h2>`;
}

function note(text: string): string {
  return `<p style="margin:4px 0;color:#4d5a66;font-size:13px">${escapeUTF8(text)}</p>`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = head
    .map(
      (title, index) =>
        `<th scope="col" style="${index === 0 ? CELL : NUMBER};font-size:13px;color:#4d5a66">${escapeUTF8(title)}</th>`,
    )
    .join("");
  const lines = rows.map(
    ([first = "", ...cells]) =>
      `<tr style="break-inside:avoid"><th scope="row" style="${CELL};font-weight:600">${escapeUTF8(first)}</th>${cells.map((cell) => `<td style="${NUMBER}">${escapeUTF8(cell)}</td>`).join("")}</tr>`,
  );
  return `<div style="overflow-x:auto"><table style="${TABLE}">${head.length === 0 ? "" : `<thead><tr>${titles}</tr></thead>`}<tbody>${lines.join("")}</tbody></table></div>`;
}

const WIDTH = 480;
const HEIGHT = 140;
const LABELS = 18;
/** The width of a character of a label. */
const CHARACTER = 6.5;

/** Drawn energy above the line, fed-in energy below it. */
function barChart(bars: ReportView["parts"]["bars"], text: string): string {
  const most = Math.max(1, ...bars.map(({ drawn }) => drawn));
  const least = Math.max(0, ...bars.map(({ fedIn }) => fedIn));
  const zero = (HEIGHT * most) / (most + least);
  const tall = (wh: number) => (HEIGHT * wh) / (most + least);
  const step = WIDTH / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 6);
  const shapes = bars.map(({ name, drawn, fedIn }, index) => {
    const x = fixed(index * step + step * 0.12);
    const width = fixed(step * 0.76);
    return [
      `<rect x="${x}" y="${fixed(zero - tall(drawn))}" width="${width}" height="${fixed(tall(drawn))}" fill="${DRAWN}"/>`,
      `<rect x="${x}" y="${fixed(zero)}" width="${width}" height="${fixed(tall(fedIn))}" fill="${FED_IN}"/>`,
      index % every === 0 && index * step + CHARACTER * name.length < WIDTH
        ? `<text x="${x}" y="${HEIGHT + LABELS - 4}" font-size="11" fill="#4d5a66">${escapeUTF8(name)}</text>`
        : "",
    ].join("");
  });
  return svg(
    `${shapes.join("")}<line x1="0" x2="${WIDTH}" y1="${fixed(zero)}" y2="${fixed(zero)}" stroke="#4d5a66"/>`,
    text,
  );
}

function legend([weekdays, weekends]: readonly [string, string]): string {
  return `<p style="margin:4px 0;font-size:13px"><span style="color:${DRAWN}">■</span> ${escapeUTF8(weekdays)} &nbsp; <span style="color:${WEEKEND}">■</span> ${escapeUTF8(weekends)}</p>`;
}

/** By hour of the day. */
function lineChart(lines: readonly (readonly (number | null)[])[], text: string): string {
  const most = Math.max(1, ...lines.flat().map((value) => value ?? 0));
  const toX = (hour: number) => fixed((WIDTH * hour) / 24);
  const shapes = lines.map((values, line) => {
    const points = values.flatMap((value, hour) =>
      value === null ? [] : [`${toX(hour + 0.5)},${fixed(HEIGHT - (HEIGHT * value) / most)}`],
    );
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${line === 0 ? DRAWN : WEEKEND}" stroke-width="2"/>`;
  });
  const hours = [0, 6, 12, 18].map(
    (hour) =>
      `<line x1="${toX(hour)}" x2="${toX(hour)}" y1="0" y2="${HEIGHT}" stroke="${GRID}"/><text x="${toX(hour)}" y="${HEIGHT + LABELS - 4}" font-size="11" fill="#4d5a66">${hour}:00</text>`,
  );
  return svg(
    `${hours.join("")}${shapes.join("")}<line x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" stroke="#4d5a66"/>`,
    text,
  );
}

function svg(content: string, text: string): string {
  return `<svg role="img" aria-label="${escapeUTF8(text)}" viewBox="0 0 ${WIDTH} ${HEIGHT + LABELS}" style="display:block;width:100%;height:auto;break-inside:avoid"><title>${escapeUTF8(text)}</title>${content}</svg>${note(text)}`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
