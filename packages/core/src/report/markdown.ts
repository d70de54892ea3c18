import type { ReportView } from "./view.ts";

/** A report as Markdown. */
export function reportMarkdown(view: ReportView): string {
  const { totals, parts, shape, members, alerts } = view;
  return [
    `# ${view.title}`,
    `**${view.period}**`,
    tableOf(totals.head, totals.rows),
    view.facts.map(([name, value]) => `- ${name}: ${value}`).join("\n"),
    `## ${parts.title}`,
    tableOf(parts.head, parts.rows),
    `## ${shape.title}`,
    shape.text,
    ...(members === undefined
      ? []
      : [`## ${members.title}`, tableOf(members.head, members.rows), members.notes.join(" ")]),
    `## ${alerts.title}`,
    alerts.rows.length === 0 ? alerts.none : alerts.rows.map((row) => `- ${row.join(", ")}`).join("\n"),
    view.notes.join("\n\n"),
    "",
  ].join("\n\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${head.map((_, index) => (index === 0 ? "---" : "---:")).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
