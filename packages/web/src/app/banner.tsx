import type { Collector } from "@energylive/api/contract";
import type { ComponentChildren } from "preact";

import { connection } from "../data/connection.ts";
import { t } from "../i18n/locale.ts";
import { Age } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { session } from "./session.ts";

/** Says that the server is gone, or that nothing is collected; hidden otherwise. */
export function Banner({ collector }: { collector: Collector | undefined }) {
  const { lost, lostDetail, refused, refusedDetail } = t.value.connection;
  const isStopped = collector?.is_running === false;
  return (
    <div class="banner-place" role="status">
      {connection.value === "lost" ? (
        <Warning title={lost}>{lostDetail}</Warning>
      ) : connection.value === "refused" ? (
        <Warning title={refused}>{refusedDetail}</Warning>
      ) : isStopped ? (
        <CollectorStopped lastPolledAt={collector.last_polled_at} />
      ) : null}
    </div>
  );
}

function Warning({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <p class="banner">
      <Icon name="warning" />
      <span>
        <strong>{title}.</strong> {children}
      </span>
    </p>
  );
}

function CollectorStopped({ lastPolledAt }: { lastPolledAt: number | null }) {
  const { stopped, lastPoll, loss, findOut, start } = t.value.collector;
  const { kind, stage } = session.value ?? { kind: "embedded", stage: "" };
  const [advice, command] =
    kind === "deployed" ? [findOut, `npx energylive doctor --stage ${stage}`] : [start, "npm start"];
  return (
    <Warning title={stopped}>
      {lastPolledAt === null ? null : (
        <>
          {lastPoll} <Age at={lastPolledAt} />.{" "}
        </>
      )}
      {loss} {advice}: <code>{command}</code>
    </Warning>
  );
}
